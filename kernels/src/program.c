/* Loads grammar programs: hostile bytes to checked tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar.h"

#define EXPORT __attribute__((visibility("default")))
#define MAX_PROGRAM (1u << 20)
#define NO_LIST ((nk_list){0, 0})

typedef struct {
  const nk_model *m;
  nk_program *p;
  const uint8_t *at, *end;
  nk_err *e;
  uint32_t n_prop, n_item, n_ids, n_key, n_text;
  uint32_t buf[256];
} loader;

static int need(loader *l, size_t n) { return (size_t)(l->end - l->at) >= n ? 0 : nk_fail(l->e, "the program is cut off"); }

static int get_u8(loader *l, uint32_t *v) {
  if (need(l, 1)) return -1;
  *v = *l->at++;
  return 0;
}

static int get_u16(loader *l, uint32_t *v) {
  if (need(l, 2)) return -1;
  *v = (uint32_t)(l->at[0] | l->at[1] << 8);
  l->at += 2;
  return 0;
}

static int get_u32(loader *l, uint32_t *v) {
  if (need(l, 4)) return -1;
  *v = nk_le32(l->at);
  l->at += 4;
  return 0;
}

static int get_text(loader *l, nk_span *s) {
  uint32_t n;
  if (get_u16(l, &n) || need(l, n)) return -1;
  *s = (nk_span){l->at, n};
  l->at += n;
  return nk_utf8_valid(s->p, n) ? 0 : nk_fail(l->e, "a text %ld bytes before the end is not UTF-8", (long)(l->end - l->at));
}

/* Room for `more` elements after `n`; doubles. */
static int grow(loader *l, void *table, uint32_t n, uint32_t more, size_t size) {
  uint32_t have = n ? 1 : 0, want = n + more, cap = 1;
  void **t = table, *p;
  while (have && have < n) have *= 2;
  while (cap < want) cap *= 2;
  if (*t && have >= want) return 0;
  if (!(p = realloc(*t, cap * size))) return nk_fail(l->e, "out of memory");
  *t = p;
  return 0;
}

/* Adds enc(text) as an item of the list under construction. */
static int add_item(loader *l, nk_span s, uint32_t owner, uint32_t *n_ids) {
  size_t n;
  uint32_t *ids = l->buf, *big = NULL;
  int rc = -1;
  if (nk_tokenizer_encode(&l->m->tok, s.p, s.n, ids, 256, &n)) return nk_fail(l->e, "out of memory");
  if (n > 256) {
    ids = big = malloc(n * sizeof *big);
    if (!big || nk_tokenizer_encode(&l->m->tok, s.p, s.n, ids, n, &n)) goto done;
  }
  if (grow(l, &l->p->ids, l->n_ids, (uint32_t)n, sizeof *l->p->ids) || grow(l, &l->p->item, l->n_item, 1, sizeof *l->p->item)) goto done;
  l->p->item[l->n_item++] = (nk_item){l->n_ids, (uint32_t)n, owner};
  for (size_t i = 0; i < n; i++) l->p->ids[l->n_ids++] = (uint16_t)ids[i];
  if (n_ids) *n_ids = (uint32_t)n;
  if (n > l->p->longest) l->p->longest = (uint32_t)n;
  rc = 0;
done:
  free(big);
  return rc ? nk_fail(l->e, "out of memory") : 0;
}

static int compare_items(const nk_program *p, const nk_item *a, const nk_item *b) {
  for (uint32_t i = 0; i < a->n && i < b->n; i++)
    if (p->ids[a->at + i] != p->ids[b->at + i]) return p->ids[a->at + i] < p->ids[b->at + i] ? -1 : 1;
  if (a->n != b->n) return a->n < b->n ? -1 : 1;
  return a->owner < b->owner ? -1 : a->owner > b->owner;
}

static void sift_items(const nk_program *p, nk_item *v, uint32_t root, uint32_t n) {
  for (uint32_t c; (c = 2 * root + 1) < n; root = c) {
    if (c + 1 < n && compare_items(p, &v[c], &v[c + 1]) < 0) c++;
    if (compare_items(p, &v[root], &v[c]) >= 0) return;
    nk_item x = v[root];
    v[root] = v[c];
    v[c] = x;
  }
}

static nk_list end_list(loader *l, uint32_t first) {
  nk_item *v = l->p->item ? l->p->item + first : NULL;
  uint32_t n = l->n_item - first;
  for (uint32_t i = n / 2; i-- > 0;) sift_items(l->p, v, i, n);
  for (uint32_t end = n; end-- > 1;) {
    nk_item x = v[0];
    v[0] = v[end];
    v[end] = x;
    sift_items(l->p, v, 0, end);
  }
  return (nk_list){first, n};
}

/* ---- tools ---- */

static int load_members(loader *l, nk_prop *p) {
  uint32_t n, first = l->n_item;
  nk_span s;
  if (get_u16(l, &n)) return -1;
  if (!n) return nk_fail(l->e, "a choice without members");
  for (uint32_t i = 0; i < n; i++) {
    uint32_t ids;
    if (get_text(l, &s) || add_item(l, s, i, &ids)) return -1;
    if (!i || ids < p->member_ids) p->member_ids = ids;
  }
  p->members = end_list(l, first);
  return 0;
}

static int load_prop(loader *l, nk_prop *p, nk_span *key) {
  uint32_t flags, kind, evidence, min, max, bytes, root = 0;
  if (get_text(l, key) || get_u8(l, &flags) || get_u8(l, &kind) || get_u8(l, &evidence) || get_u16(l, &min) || get_u16(l, &max) || get_u16(l, &bytes)) return -1;
  if (flags > 3 || kind > NK_JSON || evidence > 2) return nk_fail(l->e, "a property with flags %u, kind %u, evidence %u", flags, kind, evidence);
  if (max && min > max) return nk_fail(l->e, "a property with minItems above maxItems");
  *p = (nk_prop){flags & 1, flags >> 1, (uint8_t)kind, (uint8_t)evidence, (uint16_t)min, (uint16_t)max, (uint16_t)(bytes ? bytes : 512), 0, 0, 0, NO_LIST};
  if (kind == NK_JSON && get_u16(l, &root)) return -1;
  p->root = (uint16_t)root;
  return kind == NK_CHOICE ? load_members(l, p) : 0;
}

/* Names and keys are put into lists after their tool, since choices make lists of their own meanwhile. */
static int load_tool(loader *l, nk_tool *t) {
  uint32_t n, first;
  nk_span *key = NULL;
  int rc = -1;
  if (get_u16(l, &n)) return -1;
  if (n > (size_t)(l->end - l->at) / 11) return nk_fail(l->e, "more properties than the program has bytes");
  if (grow(l, &l->p->prop, l->n_prop, n + 1, sizeof *l->p->prop) || !(key = calloc(n + 1, sizeof *key))) goto done;
  t->first = l->n_prop;
  t->n = n;
  for (uint32_t i = 0; i < n; i++)
    if (load_prop(l, &l->p->prop[l->n_prop++], &key[i])) goto done;
  first = l->n_item;
  for (uint32_t i = 0; i < n; i++)
    if (add_item(l, key[i], i, &l->p->prop[t->first + i].key_ids)) goto done;
  t->keys = end_list(l, first);
  rc = 0;
done:
  free(key);
  return rc ? nk_fail(l->e, "out of memory") : 0;
}

static int load_tools(loader *l) {
  uint32_t n, first;
  nk_span *name = NULL;
  int rc = -1;
  if (get_u16(l, &n)) return -1;
  if (n > (size_t)(l->end - l->at) / 4) return nk_fail(l->e, "more tools than the program has bytes");
  l->p->tool = calloc(n + 1, sizeof *l->p->tool);
  name = calloc(n + 1, sizeof *name);
  if (!l->p->tool || !name) goto done;
  l->p->n_tools = n;
  for (uint32_t i = 0; i < n; i++)
    if (get_text(l, &name[i]) || load_tool(l, &l->p->tool[i])) goto done;
  first = l->n_item;
  for (uint32_t i = 0; i < n; i++)
    if (add_item(l, name[i], i, &l->p->tool[i].name_ids)) goto done;
  l->p->names = end_list(l, first);
  rc = 0;
done:
  free(name);
  return rc ? nk_fail(l->e, "out of memory") : 0;
}

static int load_lexicon(loader *l) {
  uint32_t n, first = l->n_item;
  nk_span s;
  if (get_u32(l, &n)) return -1;
  for (uint32_t i = 0; i < n; i++) {
    if (get_text(l, &s) || add_item(l, s, i, NULL)) return -1;
    if (!l->p->item[l->n_item - 1].n) l->n_item--; /* an empty name names nothing */
  }
  l->p->lexicon = end_list(l, first);
  return 0;
}

/* ---- nodes ---- */

/* Appends a key as JSON.stringify writes it, with its colon, or a literal as it stands. */
static int add_key(loader *l, nk_span s, uint16_t node, int required, int literal) {
  uint8_t *out;
  uint32_t n = 0;
  if (grow(l, &l->p->text, l->n_text, (uint32_t)s.n * 6 + 3, 1) || grow(l, &l->p->key, l->n_key, 1, sizeof *l->p->key)) return -1;
  out = l->p->text + l->n_text;
  if (literal) memcpy(out, s.p, n = (uint32_t)s.n);
  for (size_t i = 0; !literal && i < s.n; i++) {
    static const char *const short_form = "\"\"\\\\\bb\ff\nn\rr\tt";
    const char *c = NULL;
    for (int k = 0; k < 14; k += 2)
      if ((uint8_t)short_form[k] == s.p[i]) c = short_form + k + 1;
    if (!i) out[n++] = '"';
    if (c) out[n++] = '\\', out[n++] = (uint8_t)*c;
    else if (s.p[i] < 0x20) {
      static const char hex[] = "0123456789abcdef";
      memcpy(out + n, "\\u00", 4);
      out[n + 4] = (uint8_t)hex[s.p[i] >> 4];
      out[n + 5] = (uint8_t)hex[s.p[i] & 15];
      n += 6;
    } else out[n++] = s.p[i];
  }
  if (!literal && !s.n) out[n++] = '"';
  if (!literal) out[n++] = '"', out[n++] = ':';
  l->p->key[l->n_key++] = (nk_key){l->n_text, n, 0, node, (uint8_t)required};
  l->n_text += n;
  return 0;
}

static int load_keys(loader *l, nk_node *n, int literal) {
  uint32_t count, required = 0, node = 0, other;
  nk_span s;
  if (get_u16(l, &count)) return -1;
  n->first = l->n_key;
  n->n = count;
  if (literal && !count) return nk_fail(l->e, "a choice node without members");
  for (uint32_t i = 0; i < count; i++) {
    if (get_text(l, &s) || (!literal && (get_u8(l, &required) || get_u16(l, &node)))) return -1;
    if (required > 1 || (!literal && node >= l->p->n_nodes)) return nk_fail(l->e, "a key of an object node points nowhere");
    if (literal && !s.n) return nk_fail(l->e, "a choice node with an empty literal");
    if (add_key(l, s, (uint16_t)node, (int)required, literal)) return -1;
  }
  return literal ? 0 : get_u8(l, &other);
}

static int load_node(loader *l, nk_node *n) {
  uint32_t type, item, min, max;
  if (get_u8(l, &type)) return -1;
  if (type > NODE_BOOLEAN) return nk_fail(l->e, "node type %u", type);
  n->type = (uint8_t)type;
  n->item = NK_ANY;
  if (type == NODE_OBJECT || type == NODE_CHOICE) return load_keys(l, n, type == NODE_CHOICE);
  if (type != NODE_ARRAY) return 0;
  if (get_u16(l, &item) || get_u16(l, &min) || get_u16(l, &max)) return -1;
  if ((item != NK_ANY && item >= l->p->n_nodes) || (max && min > max)) return nk_fail(l->e, "an array node points nowhere or has min above max");
  n->item = (uint16_t)item;
  n->min = (uint16_t)min;
  n->max = (uint16_t)max;
  return 0;
}

static uint32_t plus(uint32_t a, uint64_t b) { return a + b > NK_COST_MAX ? NK_COST_MAX : (uint32_t)(a + b); }

/* Least bytes of an object's keys, whose nodes have been weighed. */
static uint32_t weigh_keys(nk_program *p, const nk_node *n) {
  uint32_t rest = 0;
  for (uint32_t k = n->n; k-- > 0;) {
    nk_key *key = &p->key[n->first + k];
    if (key->required) rest = plus(rest, 1 + (uint64_t)key->len + p->node[key->node].cost);
    key->rest = rest;
  }
  return rest ? rest - 1 : 0;
}

/* Least bytes of a node and, as 0 on failure, a check that nothing is nested too deep (which rules out cycles). height[]: 0 unknown. */
static int weigh_node(loader *l, uint32_t i, uint32_t depth, uint8_t *height) {
  nk_node *n = &l->p->node[i];
  uint32_t tall = 1;
  static const uint8_t plain[] = {1, 2, 2, 2, 1, 1, 0, 4, 4};
  if (depth > NK_NODE_DEPTH) return nk_fail(l->e, "nodes are nested deeper than %d", NK_NODE_DEPTH);
  if (height[i]) return depth + height[i] - 1 > NK_NODE_DEPTH ? nk_fail(l->e, "nodes are nested deeper than %d", NK_NODE_DEPTH) : 0;
  n->cost = plain[n->type];
  for (uint32_t k = 0; k < n->n; k++) {
    const nk_key *key = &l->p->key[n->first + k];
    if (n->type == NODE_CHOICE) {
      if (!k || key->len < n->cost) n->cost = key->len;
      continue;
    }
    if (weigh_node(l, key->node, depth + 1, height)) return -1;
    if (height[key->node] + 1u > tall) tall = height[key->node] + 1u;
  }
  if (n->type == NODE_OBJECT) n->cost = plus(n->cost, weigh_keys(l->p, n));
  if (n->type == NODE_ARRAY && n->item != NK_ANY) {
    if (weigh_node(l, n->item, depth + 1, height)) return -1;
    tall = height[n->item] + 1u;
  }
  if (n->type == NODE_ARRAY && n->min) n->cost = plus(n->cost, (uint64_t)n->min * (1 + nk_node_cost(l->p, n->item)) - 1);
  height[i] = (uint8_t)tall;
  return 0;
}

static int load_nodes(loader *l) {
  uint32_t n;
  uint8_t *height = NULL;
  int rc = -1;
  if (get_u16(l, &n)) return -1;
  if (n > (size_t)(l->end - l->at) || n == NK_ANY) return nk_fail(l->e, "more nodes than the program has bytes");
  l->p->n_nodes = n;
  l->p->node = calloc(n + 1, sizeof *l->p->node);
  height = calloc(n + 1, 1);
  if (!l->p->node || !height) goto done;
  for (uint32_t i = 0; i < n; i++)
    if (load_node(l, &l->p->node[i])) goto done;
  for (uint32_t i = 0; i < n; i++) {
    if (weigh_node(l, i, 1, height)) goto done;
    l->p->node_cost = plus(l->p->node_cost, l->p->node[i].cost);
  }
  for (uint32_t i = 0; i < l->n_prop; i++)
    if (l->p->prop[i].kind == NK_JSON && l->p->prop[i].root >= n) {
      nk_fail(l->e, "a property points to a node that is not there");
      goto done;
    }
  rc = 0;
done:
  free(height);
  return rc ? nk_fail(l->e, "out of memory") : 0;
}

EXPORT nk_status nk_program_load(nk_model *m, const void *bytes, size_t size, nk_program **out, char *err, size_t errlen) {
  nk_err e = {err, errlen};
  loader l = {.m = m, .at = bytes, .end = (const uint8_t *)bytes + size, .e = &e};
  if (err && errlen) err[0] = 0;
  *out = NULL;
  if (size > MAX_PROGRAM || size < 4 || memcmp(bytes, "NKP1", 4)) return nk_fail(&e, "not a grammar program, or above 1 MiB"), NK_bad_program;
  l.at += 4;
  if (!(l.p = calloc(1, sizeof *l.p))) return NK_out_of_memory;
  if (load_tools(&l) || load_lexicon(&l) || load_nodes(&l) || (l.at != l.end && nk_fail(&e, "%ld bytes after the end", (long)(l.end - l.at)))) {
    nk_program_free(l.p);
    return err && errlen && !strcmp(err, "out of memory") ? NK_out_of_memory : NK_bad_program;
  }
  *out = l.p;
  return NK_ok;
}

EXPORT void nk_program_free(nk_program *p) {
  if (!p) return;
  free(p->tool);
  free(p->prop);
  free(p->item);
  free(p->ids);
  free(p->node);
  free(p->key);
  free(p->text);
  free(p);
}

EXPORT uint32_t nk_program_tools(const nk_program *p) { return p->n_tools; }
