/* The state of one answer: which ids are legal, which carry the copy bias, what the shortest way to the end costs. */
#include "grammar.h"

#include <string.h>

#define NEVER 0x40000000u /* a cost that fits no answer */

/* ---- spans of the question ---- */

static int word_byte(uint8_t b) { return b >= 0x80 || b == '_' || (b >= '0' && b <= '9') || ((b | 32) >= 'a' && (b | 32) <= 'z'); }

void nk_rules_text(nk_rules *r, const uint8_t *text, uint32_t n) {
  r->text = text;
  r->n_text = n;
  r->n_starts = 0;
  for (uint32_t p = 0; p <= n; p++) {
    int inside = p && p < n && word_byte(text[p - 1]) && word_byte(text[p]);
    if (p < n && text[p] != ' ' && !inside) r->starts[r->n_starts++] = p;
    r->ends[p] = p && text[p - 1] != ' ' && !inside;
  }
}

static uint32_t to_end(const nk_rules *r, uint32_t p) {
  uint32_t k = p;
  while (k < r->n_text && !r->ends[k]) k++;
  return k - p;
}

/* Marks every id whose bytes begin text[0 .. n). */
static void mark_prefixes(const nk_tokenizer *t, const uint8_t *text, uint32_t n, uint8_t *bits) {
  uint32_t lo = n ? t->first[text[0]] : 0, hi = n ? t->first[text[0] + 1] : 0;
  for (uint32_t depth = 1; lo < hi; depth++) {
    uint32_t len;
    while (lo < hi && (nk_token_bytes(t, t->sorted[lo], &len), len == depth)) nk_set_bit(bits, t->sorted[lo++]);
    if (depth == n) return;
    for (int upper = 0; upper < 2; upper++) { /* both ends of the part that goes on with text[depth] */
      uint32_t a = lo, b = hi;
      while (a < b) {
        uint32_t mid = (a + b) / 2;
        uint8_t c = nk_token_bytes(t, t->sorted[mid], &len)[depth];
        if (c < text[depth] || (upper && c == text[depth])) a = mid + 1;
        else b = mid;
      }
      if (upper) hi = a;
      else lo = a;
    }
  }
}

static void span_mask(const nk_rules *r, const nk_state *s, uint8_t *bits) {
  uint8_t text[NK_MAX_PIECE + 1] = {' '};
  for (uint32_t i = 0; s->dummy && i < s->n_pos; i++) mark_prefixes(r->tok, r->text + s->pos[i], r->n_text - s->pos[i], bits);
  for (uint32_t i = 0; !s->dummy && i < r->n_starts; i++) {
    uint32_t p = r->starts[i], n = r->n_text - p < NK_MAX_PIECE ? r->n_text - p : NK_MAX_PIECE;
    memcpy(text + 1, r->text + p, n);
    mark_prefixes(r->tok, text, n + 1, bits);
  }
}

static void span_take(const nk_rules *r, nk_state *s, uint32_t id) {
  uint32_t len, n = 0, skip = !s->dummy;
  const uint8_t *b = nk_token_bytes(r->tok, id, &len);
  uint32_t from = skip ? r->n_starts : s->n_pos;
  if (!len || (skip && b[0] != ' ')) from = 0;
  for (uint32_t i = 0; i < from; i++) {
    uint32_t p = skip ? r->starts[i] : s->pos[i];
    if (len - skip <= r->n_text - p && !memcmp(r->text + p, b + skip, len - skip)) s->pos[n++] = p + len - skip;
  }
  s->n_pos = n;
  s->span = n != 0;
  s->eaten += len - skip;
  s->dummy = 1;
}

static int span_may_end(const nk_rules *r, const nk_state *s) {
  for (uint32_t i = 0; s->span && s->eaten && i < s->n_pos; i++)
    if (r->ends[s->pos[i]]) return 1;
  return 0;
}

static uint32_t span_cost(const nk_rules *r, const nk_state *s) {
  uint32_t best = NEVER;
  if (!s->span) return NEVER;
  if (!s->dummy) return r->span_cost;
  for (uint32_t i = 0; i < s->n_pos; i++) {
    uint32_t c = s->eaten ? to_end(r, s->pos[i]) : 1 + to_end(r, s->pos[i] + 1);
    best = c < best ? c : best;
  }
  return best;
}

/* ---- candidates that share s->depth ids ---- */

static const nk_tool *tool_of(const nk_rules *r, const nk_state *s) { return &r->program->tool[s->tool]; }
static const nk_prop *prop_of(const nk_rules *r, const nk_state *s) { return &r->program->prop[tool_of(r, s)->first + (uint32_t)s->last]; }

/* The last property that may follow: the first required one after the last used. */
static uint32_t last_key(const nk_rules *r, const nk_state *s) {
  const nk_tool *t = tool_of(r, s);
  uint32_t i = (uint32_t)(s->last + 1);
  while (i + 1 < t->n && !r->program->prop[t->first + i].required) i++;
  return i;
}

static int required_left(const nk_rules *r, const nk_state *s) {
  const nk_tool *t = tool_of(r, s);
  for (uint32_t i = (uint32_t)(s->last + 1); i < t->n; i++)
    if (r->program->prop[t->first + i].required) return 1;
  return 0;
}

static int wanted(const nk_rules *r, const nk_state *s, uint32_t owner, uint32_t last) {
  if (s->phase == NK_AT_NAME) return r->in_play[owner];
  if (s->phase == NK_AT_KEY) return (int64_t)owner > s->last && owner <= last;
  return 1;
}

/* The first candidate that is complete, or NULL. */
static const nk_item *complete(const nk_rules *r, const nk_state *s) {
  uint32_t last = s->phase == NK_AT_KEY ? last_key(r, s) : 0;
  for (uint32_t i = 0; i < s->at.n; i++) {
    const nk_item *it = &r->program->item[s->at.first + i];
    if (it->n > s->depth) return NULL; /* shorter ones come first */
    if (wanted(r, s, it->owner, last)) return it;
  }
  return NULL;
}

static void mark_items(const nk_rules *r, const nk_state *s, uint8_t *bits) {
  uint32_t last = s->phase == NK_AT_KEY ? last_key(r, s) : 0;
  for (uint32_t i = 0; i < s->at.n; i++) {
    const nk_item *it = &r->program->item[s->at.first + i];
    if (it->n > s->depth && wanted(r, s, it->owner, last)) nk_set_bit(bits, r->program->ids[it->at + s->depth]);
  }
}

/* The first candidate that goes on with `id` or more; complete ones come before all of them. */
static uint32_t first_from(const nk_rules *r, const nk_state *s, uint32_t id) {
  uint32_t lo = s->at.first, hi = lo + s->at.n;
  while (lo < hi) {
    uint32_t mid = (lo + hi) / 2;
    const nk_item *it = &r->program->item[mid];
    if (it->n <= s->depth || r->program->ids[it->at + s->depth] < id) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/* Keeps the candidates that go on with id; 0 when none does. */
static int narrow(const nk_rules *r, nk_state *s, uint32_t id) {
  uint32_t lo = first_from(r, s, id), end = first_from(r, s, id + 1);
  s->at = (nk_list){lo, end - lo};
  s->depth++;
  return end > lo;
}

/* ---- values ---- */

static int is_hard(const nk_prop *p) { return p->kind == NK_ENTITY || (p->kind == NK_STRING && p->evidence == 2); }

static void start_value(const nk_rules *r, nk_state *s) {
  const nk_prop *p = prop_of(r, s);
  s->phase = NK_AT_VALUE;
  s->members = p->kind == NK_CHOICE || p->kind == NK_ENTITY;
  s->at = p->kind == NK_CHOICE ? p->members : p->kind == NK_ENTITY ? r->program->lexicon : (nk_list){0, 0};
  s->depth = s->eaten = s->n_pos = s->dummy = 0;
  s->span = (is_hard(p) || (p->kind == NK_STRING && p->evidence == 1)) && r->n_starts;
  nk_value_start(&s->value, p);
}

static int value_may_end(const nk_rules *r, const nk_state *s) {
  const nk_prop *p = prop_of(r, s);
  if (p->kind == NK_CHOICE) return complete(r, s) != NULL;
  if (is_hard(p)) return (s->members && complete(r, s)) || span_may_end(r, s);
  return nk_value_may_end(r->program, &s->value);
}

static void take_value(const nk_rules *r, nk_state *s, uint32_t id) {
  const nk_prop *p = prop_of(r, s);
  uint32_t len;
  const uint8_t *b = nk_token_bytes(r->tok, id, &len);
  if (s->members) s->members = (uint8_t)narrow(r, s, id);
  if (s->span) span_take(r, s, id);
  if (p->kind == NK_CHOICE || is_hard(p)) return;
  for (uint32_t i = 0; i < len; i++) nk_value_step(r->program, &s->value, b[i]);
}

/* Walks all ids in byte order, going back to the state of the bytes they share. */
static void walk_mask(const nk_rules *r, const nk_value *v, uint8_t *bits) {
  nk_value state[NK_MAX_PIECE + 1];
  uint32_t good = 0, len; /* state[0 .. good] are those of the current id's first bytes */
  nk_value_copy(&state[0], v);
  for (uint32_t i = 0; i < r->tok->n_sorted; i++) {
    uint32_t k = r->tok->lcp[i];
    if (k > good) continue; /* shares the byte that did not fit */
    const uint8_t *b = nk_token_bytes(r->tok, r->tok->sorted[i], &len);
    for (; k < len; k++) {
      nk_value_copy(&state[k + 1], &state[k]);
      if (!nk_value_step(r->program, &state[k + 1], b[k])) break;
    }
    good = k;
    if (k == len) nk_set_bit(bits, r->tok->sorted[i]);
  }
}

/* Plain strings far from their bound have four masks; they are kept. */
static void value_mask(nk_rules *r, const nk_value *v, uint8_t *bits) {
  size_t bytes = (r->tok->vocab + 7) / 8;
  int far = v->kind == NK_STRING && !v->need && v->max - v->used > NK_MAX_PIECE + 4;
  int which = !v->started ? 0 : !v->used ? 1 : v->space ? 2 : 3;
  if (!far || !r->plain) {
    walk_mask(r, v, bits);
    return;
  }
  uint8_t *kept = r->plain + (size_t)which * bytes;
  if (!(r->plain_made >> which & 1)) {
    memset(kept, 0, bytes);
    walk_mask(r, v, kept);
    r->plain_made |= (uint8_t)(1u << which);
  }
  for (size_t i = 0; i < bytes; i++) bits[i] |= kept[i];
}

/* ---- masks ---- */

static void mark_closers(const nk_rules *r, const nk_state *s, uint8_t *bits) {
  if ((uint32_t)(s->last + 1) < tool_of(r, s)->n) nk_set_bit(bits, NK_ARG);
  if (required_left(r, s)) return;
  nk_set_bit(bits, NK_EOS);
  if (s->calls < r->max_calls) nk_set_bit(bits, NK_CALL);
}

static void mark_value(nk_rules *r, const nk_state *s, uint8_t *bits) {
  const nk_prop *p = prop_of(r, s);
  if (s->members) mark_items(r, s, bits);
  if (is_hard(p) && s->span) span_mask(r, s, bits);
  if (p->kind != NK_CHOICE && !is_hard(p)) value_mask(r, &s->value, bits);
  if (!value_may_end(r, s)) return;
  if (p->list && (!p->max_items || s->items < p->max_items)) nk_set_bit(bits, NK_VAL);
  if (!p->list || s->items >= p->min_items) mark_closers(r, s, bits);
}

static void mark_legal(nk_rules *r, const nk_state *s, uint8_t *bits) {
  const nk_item *it;
  nk_state named;
  switch (s->phase) {
    case NK_AT_START:
      nk_set_bit(bits, NK_CALL);
      nk_set_bit(bits, NK_EOS);
      return;
    case NK_AT_NAME:
      mark_items(r, s, bits);
      if (!(it = complete(r, s))) return;
      named.tool = (uint16_t)it->owner;
      named.last = -1;
      named.calls = s->calls;
      mark_closers(r, &named, bits);
      return;
    case NK_AT_KEY:
      mark_items(r, s, bits);
      if (complete(r, s)) nk_set_bit(bits, NK_VAL);
      return;
    case NK_AT_VALUE: mark_value(r, s, bits); return;
    default: return;
  }
}

void nk_state_copy(nk_state *to, const nk_state *from) {
  uint32_t *pos = to->pos;
  nk_value_copy(&to->value, &from->value);
  memcpy(to, from, offsetof(nk_state, value));
  to->pos = pos;
  memcpy(pos, from->pos, from->n_pos * sizeof *pos);
}

/* Ids after which the answer could not be closed in time are not legal. */
static void keep_closable(nk_rules *r, const nk_state *s, uint8_t *bits) {
  uint32_t extra = s->phase == NK_AT_VALUE && prop_of(r, s)->kind == NK_JSON ? r->program->node_cost + 2 * r->tok->longest : 0;
  if (!r->left || r->left > nk_grammar_cost(r, s) + r->slack + extra) return;
  for (uint32_t id = 0; id < r->tok->vocab; id++) {
    if (!nk_bit(bits, id)) continue;
    nk_state_copy(r->spare, s);
    nk_grammar_take(r, r->spare, id);
    if (1 + nk_grammar_cost(r, r->spare) > r->left) bits[id / 8] &= (uint8_t)~(1u << (id % 8));
  }
}

uint32_t nk_grammar_mask(nk_rules *r, const nk_state *s, uint8_t *bits, uint32_t *only) {
  uint32_t bytes = (r->tok->vocab + 7) / 8, n = 0;
  memset(bits, 0, bytes);
  mark_legal(r, s, bits);
  keep_closable(r, s, bits);
  for (uint32_t i = 0; i < bytes; i++) {
    if (!bits[i]) continue;
    n += (uint32_t)__builtin_popcount(bits[i]);
    *only = 8 * i + (uint32_t)__builtin_ctz(bits[i]);
  }
  return n;
}

int nk_grammar_bias(const nk_rules *r, const nk_state *s, uint8_t *bits) {
  if (s->phase != NK_AT_VALUE || !s->span || is_hard(prop_of(r, s))) return 0;
  memset(bits, 0, (r->tok->vocab + 7) / 8);
  span_mask(r, s, bits);
  return 1;
}

/* ---- steps ---- */

void nk_state_start(nk_state *s) {
  uint32_t *pos = s->pos;
  memset(s, 0, sizeof *s);
  s->pos = pos;
  s->last = -1;
}

static void start_call(const nk_rules *r, nk_state *s) {
  s->phase = NK_AT_NAME;
  s->calls++;
  s->last = -1;
  s->at = r->program->names;
  s->depth = 0;
}

static void start_key(const nk_rules *r, nk_state *s) {
  s->phase = NK_AT_KEY;
  s->at = tool_of(r, s)->keys;
  s->depth = 0;
}

int nk_grammar_take(const nk_rules *r, nk_state *s, uint32_t id) {
  if (id >= NK_FIRST_BYTE) {
    if (s->phase == NK_AT_VALUE) take_value(r, s, id);
    else narrow(r, s, id);
    return 1;
  }
  const nk_item *it = s->phase == NK_AT_NAME || s->phase == NK_AT_KEY ? complete(r, s) : NULL;
  if (s->phase == NK_AT_NAME && it) s->tool = (uint16_t)it->owner;
  if (id == NK_CALL) start_call(r, s);
  else if (id == NK_ARG) start_key(r, s);
  else if (id == NK_VAL) {
    s->items = s->phase == NK_AT_VALUE ? s->items + 1 : 1;
    if (s->phase == NK_AT_KEY && it) s->last = (int32_t)it->owner;
    start_value(r, s);
  } else s->phase = NK_AT_END;
  return 1;
}

/* ---- the shortest way to the end ---- */

static uint32_t member_cost(const nk_rules *r, nk_list list, uint32_t depth) {
  uint32_t best = NEVER;
  for (uint32_t i = 0; i < list.n; i++) {
    uint32_t n = r->program->item[list.first + i].n - depth;
    best = n < best ? n : best;
  }
  return best;
}

static uint32_t fresh_cost(const nk_rules *r, const nk_prop *p) {
  uint32_t a = NEVER;
  if (p->kind == NK_CHOICE) return p->member_ids;
  if (p->kind == NK_ENTITY) a = r->lexicon_cost;
  if (is_hard(p)) return a < r->span_cost ? a : r->span_cost;
  return p->kind == NK_JSON ? 1 + nk_node_cost(r->program, p->root) : 2;
}

static uint32_t capped(uint64_t n) { return n < NEVER ? (uint32_t)n : NEVER; }

/* `items` values of a property, their <val> included. */
static uint32_t items_cost(const nk_rules *r, const nk_prop *p, uint32_t items) { return capped((uint64_t)items * (1 + (uint64_t)fresh_cost(r, p))); }
static uint32_t least_items(const nk_prop *p) { return p->list && p->min_items > 1 ? p->min_items : 1; }

/* Required properties from index `from` on, and the end. */
static uint32_t rest_cost(const nk_rules *r, const nk_tool *t, uint32_t from) {
  uint64_t sum = 1;
  for (uint32_t i = from; i < t->n; i++) {
    const nk_prop *p = &r->program->prop[t->first + i];
    if (p->required) sum += 1 + (uint64_t)p->key_ids + items_cost(r, p, least_items(p));
  }
  return capped(sum);
}

static uint32_t name_or_key_cost(const nk_rules *r, const nk_state *s) {
  int key = s->phase == NK_AT_KEY;
  uint32_t best = NEVER, last = key ? last_key(r, s) : 0;
  /* No required key lies before `last`, so these two are all that can remain: tools may have thousands of keys. */
  uint32_t before = key ? rest_cost(r, tool_of(r, s), last) : 0, after = key ? rest_cost(r, tool_of(r, s), last + 1) : 0;
  for (uint32_t i = 0; i < s->at.n; i++) {
    const nk_item *it = &r->program->item[s->at.first + i];
    if (!wanted(r, s, it->owner, last)) continue;
    uint64_t c = it->n - s->depth;
    if (key) {
      const nk_prop *p = &r->program->prop[tool_of(r, s)->first + it->owner];
      c += (uint64_t)items_cost(r, p, least_items(p)) + (it->owner < last ? before : after);
    } else c += rest_cost(r, &r->program->tool[it->owner], 0);
    best = c < best ? (uint32_t)c : best;
  }
  return best;
}

static uint32_t value_cost(const nk_rules *r, const nk_state *s) {
  const nk_prop *p = prop_of(r, s);
  uint32_t here, span, least = least_items(p);
  if (p->kind == NK_CHOICE || is_hard(p)) {
    here = s->members ? member_cost(r, s->at, s->depth) : NEVER;
    span = is_hard(p) ? span_cost(r, s) : NEVER;
    here = span < here ? span : here;
  } else here = nk_value_cost(r->program, &s->value);
  uint32_t lack = least > s->items ? least - s->items : 0;
  return capped((uint64_t)here + items_cost(r, p, lack) + rest_cost(r, tool_of(r, s), (uint32_t)(s->last + 1)));
}

uint32_t nk_grammar_cost(const nk_rules *r, const nk_state *s) {
  switch (s->phase) {
    case NK_AT_START: return 1;
    case NK_AT_NAME:
    case NK_AT_KEY: return name_or_key_cost(r, s);
    case NK_AT_VALUE: return value_cost(r, s);
    default: return 0;
  }
}

static uint32_t dearer(uint32_t a, uint32_t b) { return a > b ? a : b; }

void nk_rules_ready(nk_rules *r) {
  const nk_program *p = r->program;
  uint32_t most = 0, word = 0;
  r->span_cost = NEVER;
  r->lexicon_cost = member_cost(r, p->lexicon, 0); /* once: a home may have thousands of names */
  for (uint32_t i = 0; i < r->n_starts; i++) {
    uint32_t c = 2 + to_end(r, r->starts[i] + 1);
    r->span_cost = c < r->span_cost ? c : r->span_cost;
    word = dearer(word, c);
  }
  for (uint32_t t = 0; t < p->n_tools; t++) {
    if (!r->in_play[t]) continue;
    most = dearer(most, capped((uint64_t)p->tool[t].name_ids + rest_cost(r, &p->tool[t], 0)));
    for (uint32_t i = 0; i < p->tool[t].n; i++) {
      const nk_prop *q = &p->prop[p->tool[t].first + i];
      most = dearer(most, capped((uint64_t)q->key_ids + items_cost(r, q, least_items(q))));
    }
  }
  /* No step makes the end dearer than by a call, an argument, a long name begun, a long word begun, or what a character still needs. */
  r->slack = capped((uint64_t)most + p->longest + word + 8);
}
