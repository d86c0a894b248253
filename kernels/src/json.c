/* Compact JSON of a node, byte by byte, on a stack of frames. */
#include <string.h>

#include "grammar.h"

/* What a frame waits for. J_VALUE is 0: a fresh frame. Any-containers have their own states, since they have no node. */
enum { J_VALUE, J_STRING, J_NUMBER, J_LITERAL, J_WORD, J_OPEN, J_KEY, J_NEXT, J_ARRAY, J_ITEM, J_ANY_OPEN, J_ANY_KEY, J_ANY_COLON, J_ANY_NEXT };
static const char *const words[] = {"true", "false", "null"};

static uint8_t type_of(const nk_program *p, uint16_t node) { return node == NK_ANY ? NODE_ANY : p->node[node].type; }
uint32_t nk_node_cost(const nk_program *p, uint16_t node) { return node == NK_ANY ? 1 : p->node[node].cost; }

static int push(nk_value *v, uint16_t node, uint8_t st, uint8_t level) {
  if (v->n_frames == NK_FRAMES) return 0;
  v->frame[v->n_frames++] = (nk_frame){node, 0, 0, st, level};
  return 1;
}

/* ---- keys and literals: candidates share the first f->depth bytes with key f->i of the window ---- */

/* The end of the window of keys that may come at or after `from`: up to the first required one. */
static uint32_t window(const nk_program *p, const nk_node *n, uint32_t from) {
  while (from < n->n && !p->key[n->first + from].required) from++;
  return from < n->n ? from + 1 : from;
}

static int alive(const nk_program *p, const nk_node *n, const nk_frame *f, uint32_t k, uint32_t rep) {
  const nk_key *a = &p->key[n->first + k], *b = &p->key[n->first + rep];
  return a->len >= f->depth && !memcmp(p->text + a->at, p->text + b->at, f->depth);
}

/* Goes on by byte b; the first candidate is the new representative. Returns it + 1, or 0. */
static uint32_t match(const nk_program *p, const nk_node *n, nk_frame *f, uint32_t lo, uint32_t hi, uint32_t rep, uint8_t b) {
  for (uint32_t k = lo; k < hi; k++) {
    const nk_key *key = &p->key[n->first + k];
    if (key->len <= f->depth || p->text[key->at + f->depth] != b || !alive(p, n, f, k, rep)) continue;
    f->depth++;
    return k + 1;
  }
  return 0;
}

static int literal_may_end(const nk_program *p, const nk_frame *f) {
  const nk_node *n = &p->node[f->node];
  for (uint32_t k = 0; k < n->n; k++)
    if (p->key[n->first + k].len == f->depth && alive(p, n, f, k, f->i)) return 1;
  return 0;
}

/* ---- steps: 1 taken, 0 refused, -1 the frame is done and the byte is its parent's ---- */

static int string_step(nk_value *v, uint8_t b) {
  if (v->esc >= 2) {
    int hex = (b >= '0' && b <= '9') || (b >= 'a' && b <= 'f') || (b >= 'A' && b <= 'F');
    v->esc = v->esc == 2 ? 0 : v->esc - 1;
    return hex;
  }
  if (v->esc) {
    v->esc = b == 'u' ? 5 : 0;
    return b && strchr("\"\\/bfnrtu", b) != NULL;
  }
  if (!v->need && b == '"') return v->n_frames--, 1;
  if (!v->need && b == '\\') return v->esc = 1;
  return b >= 0x20 && b != 0x7f && nk_utf8_step(v, b);
}

static int begin_word(nk_value *v, nk_frame *f, uint8_t b) {
  (void)v;
  for (uint16_t i = 0; i < 3; i++)
    if ((uint8_t)words[i][0] == b) {
      f->st = J_WORD;
      f->i = i;
      f->depth = 1;
      return 1;
    }
  return 0;
}

static int begin_string(nk_value *v, nk_frame *f) {
  f->st = J_STRING;
  v->esc = v->need = 0;
  return 1;
}

static int begin_number(nk_value *v, nk_frame *f, uint8_t b, int integer) {
  v->num = v->digits = 0;
  f->st = J_NUMBER;
  return nk_number_step(v, b, integer) != 0;
}

static int begin_any(nk_value *v, nk_frame *f, uint8_t b) {
  if (b == '"') return begin_string(v, f);
  if (b == '{' || b == '[') {
    if (f->level == NK_ANY_DEPTH) return 0;
    f->level++;
    f->node = NK_ANY;
    f->st = b == '{' ? J_ANY_OPEN : J_ARRAY;
    return 1;
  }
  return begin_word(v, f, b) || begin_number(v, f, b, 0);
}

static int begin(const nk_program *p, nk_value *v, nk_frame *f, uint8_t b) {
  switch (type_of(p, f->node)) {
    case NODE_ANY: return begin_any(v, f, b);
    case NODE_OBJECT: f->st = J_OPEN; return b == '{';
    case NODE_ARRAY: f->st = J_ARRAY; return b == '[';
    case NODE_STRING: return b == '"' && begin_string(v, f);
    case NODE_INTEGER: return begin_number(v, f, b, 1);
    case NODE_NUMBER: return begin_number(v, f, b, 0);
    case NODE_NULL: return b == 'n' && begin_word(v, f, b);
    case NODE_BOOLEAN: return b != 'n' && begin_word(v, f, b);
    default: break;
  }
  const nk_node *n = &p->node[f->node];
  uint32_t k = match(p, n, f, 0, n->n, 0, b);
  f->st = J_LITERAL;
  f->i = (uint16_t)(k - 1);
  return k != 0;
}

/* f->i: first key that may still come; while a key is being matched, the representative: no required key lies before it, so the window ends where it did. */
static int key_step(const nk_program *p, nk_value *v, nk_frame *f, uint8_t b) {
  const nk_node *n = &p->node[f->node];
  uint32_t k = match(p, n, f, f->i, window(p, n, f->i), f->i, b);
  if (!k) return 0;
  f->st = J_KEY;
  f->i = (uint16_t)(k - 1);
  if (f->depth < p->key[n->first + f->i].len) return 1;
  f->depth = 0;
  f->st = J_NEXT;
  return push(v, p->key[n->first + f->i++].node, J_VALUE, 0);
}

static int object_step(const nk_program *p, nk_value *v, nk_frame *f, uint8_t b) {
  const nk_node *n = &p->node[f->node];
  uint32_t end = window(p, n, f->i);
  int required = end > f->i && p->key[n->first + end - 1].required;
  if (b == '}' && !required) return v->n_frames--, 1;
  if (f->st == J_OPEN) return key_step(p, v, f, b);
  if (b != ',' || f->i == n->n) return 0;
  f->st = J_KEY;
  return 1;
}

static int array_step(const nk_program *p, nk_value *v, nk_frame *f, uint8_t b) {
  nk_node any = {.item = NK_ANY};
  const nk_node *n = f->node == NK_ANY ? &any : &p->node[f->node];
  if (b == ']' && f->i >= n->min) return v->n_frames--, 1;
  if (f->st == J_ITEM && (b != ',' || (n->max && f->i >= n->max))) return 0;
  int first = f->st == J_ARRAY;
  f->st = J_ITEM;
  f->i += f->i < 0xffff;
  return push(v, n->item, J_VALUE, f->level) ? (first ? -1 : 1) : 0;
}

static int any_object_step(nk_value *v, nk_frame *f, uint8_t b) {
  switch (f->st) {
    case J_ANY_OPEN:
      if (b == '}') return v->n_frames--, 1;
      /* fall through */
    case J_ANY_KEY:
      f->st = J_ANY_COLON;
      return b == '"' && push(v, NK_ANY, J_STRING, 0) && begin_string(v, &v->frame[v->n_frames - 1]);
    case J_ANY_COLON:
      f->st = J_ANY_NEXT;
      return b == ':' && push(v, NK_ANY, J_VALUE, f->level);
    default:
      if (b == '}') return v->n_frames--, 1;
      f->st = J_ANY_KEY;
      return b == ',';
  }
}

/* Scalars without an end mark: when the byte is not theirs and they may end, it is their parent's. */
static int scalar_step(const nk_program *p, nk_value *v, nk_frame *f, uint8_t b) {
  int end;
  if (f->st == J_NUMBER) {
    if (nk_number_step(v, b, f->node != NK_ANY && type_of(p, f->node) == NODE_INTEGER)) return 1;
    end = nk_number_may_end(v);
  } else if (f->st == J_WORD) {
    const char *w = words[f->i];
    if (w[f->depth]) return (uint8_t)w[f->depth++] == b;
    end = 1;
  } else {
    const nk_node *n = &p->node[f->node];
    uint32_t k = match(p, n, f, 0, n->n, f->i, b);
    if (k) return f->i = (uint16_t)(k - 1), 1;
    end = literal_may_end(p, f);
  }
  if (end) v->n_frames--;
  return end ? -1 : 0;
}

int nk_json_step(const nk_program *p, nk_value *v, uint8_t b) {
  int r = -1;
  while (r < 0 && v->n_frames) {
    nk_frame *f = &v->frame[v->n_frames - 1];
    switch (f->st) {
      case J_VALUE: return begin(p, v, f, b);
      case J_STRING: return string_step(v, b);
      case J_OPEN:
      case J_NEXT: return object_step(p, v, f, b);
      case J_KEY: return key_step(p, v, f, b);
      case J_ARRAY:
      case J_ITEM: r = array_step(p, v, f, b); break;
      case J_NUMBER:
      case J_LITERAL:
      case J_WORD: r = scalar_step(p, v, f, b); break;
      default: return any_object_step(v, f, b);
    }
  }
  return r > 0;
}

static int frame_may_end(const nk_program *p, const nk_value *v, const nk_frame *f) {
  if (f->st == J_NUMBER) return nk_number_may_end(v);
  if (f->st == J_WORD) return !words[f->i][f->depth];
  return f->st == J_LITERAL && literal_may_end(p, f);
}

int nk_json_may_end(const nk_program *p, const nk_value *v) { return !v->n_frames || (v->n_frames == 1 && frame_may_end(p, v, &v->frame[0])); }

/* ---- least bytes to the end ---- */

static uint32_t keys_cost(const nk_program *p, const nk_node *n, uint32_t from, int comma) {
  uint32_t rest = from < n->n ? p->key[n->first + from].rest : 0;
  return 1 + rest - (rest && !comma);
}

static uint32_t key_cost(const nk_program *p, const nk_frame *f) {
  const nk_node *n = &p->node[f->node];
  uint32_t best = UINT32_MAX, hi = window(p, n, f->i);
  for (uint32_t k = f->i; k < hi; k++) {
    if (!alive(p, n, f, k, f->i)) continue;
    const nk_key *key = &p->key[n->first + k];
    uint32_t c = key->len - f->depth + nk_node_cost(p, key->node) + keys_cost(p, n, k + 1, 1);
    best = c < best ? c : best;
  }
  return best;
}

static uint32_t literal_cost(const nk_program *p, const nk_frame *f) {
  const nk_node *n = &p->node[f->node];
  uint32_t best = UINT32_MAX;
  for (uint32_t k = 0; k < n->n; k++)
    if (alive(p, n, f, k, f->i) && p->key[n->first + k].len - f->depth < best) best = p->key[n->first + k].len - f->depth;
  return best;
}

static uint32_t array_cost(const nk_program *p, const nk_frame *f) {
  if (f->node == NK_ANY) return 1;
  const nk_node *n = &p->node[f->node];
  uint32_t lack = f->i < n->min ? n->min - f->i : 0;
  uint64_t items = (uint64_t)lack * (1 + nk_node_cost(p, n->item)) - (f->st == J_ARRAY && lack);
  return 1 + (items < NK_COST_MAX ? (uint32_t)items : NK_COST_MAX);
}

static uint32_t frame_cost(const nk_program *p, const nk_value *v, const nk_frame *f) {
  switch (f->st) {
    case J_VALUE: return nk_node_cost(p, f->node);
    case J_STRING: return 1u + v->need + (v->esc > 1 ? v->esc - 1u : v->esc);
    case J_NUMBER: return !nk_number_may_end(v);
    case J_LITERAL: return literal_cost(p, f);
    case J_WORD: return (uint32_t)strlen(words[f->i] + f->depth);
    case J_OPEN: return keys_cost(p, &p->node[f->node], f->i, 0);
    case J_NEXT: return keys_cost(p, &p->node[f->node], f->i, 1);
    case J_KEY: return key_cost(p, f);
    case J_ARRAY:
    case J_ITEM: return array_cost(p, f);
    case J_ANY_KEY: return 5; /* "":0} */
    case J_ANY_COLON: return 3;
    default: return 1;
  }
}

uint32_t nk_json_cost(const nk_program *p, const nk_value *v) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < v->n_frames; i++) sum += frame_cost(p, v, &v->frame[i]);
  return sum;
}
