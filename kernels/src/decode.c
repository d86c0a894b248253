/* The likeliest answer under the grammar: up to info.beam answers grow side by side. With one, each step takes the likeliest id. */
#include <math.h>
#include <string.h>

#include "session.h"

#define MARGIN 3.0 /* ln 20: what is this much less likely than the best falls away, so a sure answer costs one pass a step */

/* A step that one of the answers might take. */
typedef struct { uint32_t from; nk_step step; double score; } candidate;

/* exp(logit - best) over the legal ids, for steps where all of them lie far below the best illegal one. */
static float far_sum(const nk_model *m, float best) {
  const nk_session *s = m->session;
  float sum = 0;
  for (uint32_t i = 0; i < m->info.vocab; i++)
    if (nk_bit(s->legal, i)) sum += nk_expf(m->s.logits[i] - best);
  return sum;
}

/* Puts an id among the `k` best so far, of which there are *n. Ties: the lower id. */
static void rank(const float *logit, uint32_t id, uint32_t *top, uint32_t *n, uint32_t k) {
  uint32_t at = *n;
  while (at && logit[id] > logit[top[at - 1]]) at--;
  if (at == k) return;
  if (*n < k) ++*n;
  memmove(top + at + 1, top + at, (*n - at - 1) * sizeof *top);
  top[at] = id;
}

/* The k best ids of the logits: softmax over all ids for the mask's mass; over the legal ones, bias included, for the choice. Returns how many. */
static uint32_t choose(nk_model *m, int biased, uint32_t k, nk_step *out) {
  nk_session *s = m->session;
  float *l = m->s.logits, *e = m->s.probs, max, sum, legal = 0, with = 0, bias = m->info.copy_bias, factor = nk_expf(bias);
  uint32_t top[NK_MAX_BEAM], n = 0;
  memcpy(e, l, m->info.vocab * sizeof *e);
  sum = m->ops.exps(e, m->info.vocab, &max);
  for (uint32_t i = 0; i < m->info.vocab; i++) {
    if (!s->legal[i / 8]) i |= 7;
    if (!nk_bit(s->legal, i)) continue;
    int near = biased && nk_bit(s->bias, i);
    legal += e[i];
    with += near ? e[i] * factor : e[i];
    if (near) l[i] += bias;
    rank(l, i, top, &n, k);
  }
  /* nk_expf ends at -87: what it cuts off must stay small beside the best, the bias that e[] lacks included. */
  float best = l[top[0]], far = best - max > -60 + (bias > 0 ? bias : 0) ? 0 : far_sum(m, best);
  for (uint32_t i = 0; i < n; i++) {
    float p = far > 0 ? nk_expf(l[top[i]] - best) / far : nk_expf(l[top[i]] - max) / with;
    out[i] = (nk_step){top[i], p < 1 ? p : 1, legal < sum ? legal / sum : 1}; /* rounding */
  }
  return n;
}

/* Feeds what the decoder has not read of an answer; logits after its last id. */
static nk_status feed(nk_model *m, nk_path *path) {
  nk_session *s = m->session;
  uint32_t ids[NK_TILE];
  m->s.self = path->kv;
  while (path->fed < path->n) {
    uint32_t n = path->n - path->fed < NK_TILE ? path->n - path->fed : NK_TILE;
    nk_status st = nk_asked(s);
    if (st) return st;
    for (uint32_t i = 0; i < n; i++) ids[i] = path->step[path->fed + i].id;
    nk_decode_rows(m, ids, n, path->fed, path->fed + n == path->n, m->s.logits);
    path->fed += n;
    s->result.passes++;
  }
  return NK_ok;
}

static void append(nk_session *s, nk_path *path, const nk_step *step) {
  nk_grammar_take(&s->rules, &path->state, step->id);
  path->step[path->n++] = *step;
}

/* Takes the forced ids; then the legal ones of the first choice are in s->legal, unless the answer has ended. */
static nk_status advance(nk_model *m, nk_path *path) {
  nk_session *s = m->session;
  uint32_t only = 0;
  while (path->state.phase != NK_AT_END) {
    nk_status st = nk_asked(s); /* runs of forced ids have no decoder pass that would ask */
    if (st) return st;
    s->rules.left = m->info.answer_tokens + 1 - path->n;
    uint32_t n = s->rules.left ? nk_grammar_mask(&s->rules, &path->state, s->legal, &only) : 0;
    if (!n) return s->rules.left ? NK_no_way_out : NK_answer_too_long;
    if (n > 1) return NK_ok;
    append(s, path, &(nk_step){only, 1, 1});
  }
  return NK_ok;
}

/* The best that may follow one answer, among the candidates in order. */
static nk_status spread(nk_model *m, uint32_t from, candidate *all, uint32_t *n) {
  nk_session *s = m->session;
  nk_path *path = &s->path[from];
  nk_step step[NK_MAX_BEAM];
  nk_status st = feed(m, path);
  if (st) return st;
  uint32_t width = m->info.beam, k = choose(m, nk_grammar_bias(&s->rules, &path->state, s->bias), width, step);
  for (uint32_t i = 0; i < k; i++) {
    candidate c = {from, step[i], path->score + log((double)step[i].p)};
    uint32_t at = *n;
    while (at && c.score > all[at - 1].score) at--;
    if (at == width) break;
    if (*n < width) ++*n;
    memmove(all + at + 1, all + at, (*n - at - 1) * sizeof *all);
    all[at] = c;
  }
  return NK_ok;
}

/* A second answer that begins like the first. */
static void fork_path(const nk_model *m, nk_path *to, const nk_path *from) {
  nk_state_copy(&to->state, &from->state);
  memcpy(to->step, from->step, from->n * sizeof *from->step);
  to->n = from->n;
  to->fed = from->fed;
  nk_self_copy(m, to->kv, from->kv, from->fed);
}

/* Lets the candidates take the place of the answers that they come from; s->order is theirs. */
static void replace(nk_model *m, const candidate *all, uint32_t n) {
  nk_session *s = m->session;
  uint32_t heirs[NK_MAX_BEAM] = {0}, taken[NK_MAX_BEAM] = {0}, free_at = 0;
  for (uint32_t i = 0; i < n; i++) heirs[all[i].from]++, taken[all[i].from] = 1;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t at = all[i].from;
    if (--heirs[at]) {
      while (taken[free_at]) free_at++;
      fork_path(m, &s->path[free_at], &s->path[at]);
      at = free_at;
      taken[at] = 1;
    }
    append(s, &s->path[at], &all[i].step);
    s->path[at].score = all[i].score;
    s->order[i] = at;
  }
}

static void keep(nk_session *s, const nk_path *path) {
  if (s->n_best && path->score <= s->best_score) return;
  memcpy(s->best, path->step, path->n * sizeof *path->step);
  s->n_best = path->n;
  s->best_score = path->score;
}

/* Cut off: the candidates that cannot win any more or hardly will. */
static uint32_t worthwhile(const nk_session *s, const candidate *all, uint32_t n) {
  double best = n ? all[0].score : 0;
  if (s->n_best && s->best_score > best) best = s->best_score;
  while (n && (all[n - 1].score < best - MARGIN || (s->n_best && all[n - 1].score <= s->best_score))) n--;
  return n;
}

static void start(nk_model *m) {
  nk_session *s = m->session;
  nk_path *first = &s->path[0];
  nk_state_start(&first->state);
  first->step[0] = (nk_step){NK_EOS, 1, 1};
  first->n = 1;
  first->fed = 0;
  first->score = 0;
  s->order[0] = 0;
  s->n_best = 0;
}

nk_status nk_decode(nk_model *m) {
  nk_session *s = m->session;
  nk_status dead_end = NK_ok;
  uint32_t live = 1;
  start(m);
  while (live) {
    candidate all[NK_MAX_BEAM];
    uint32_t n = 0;
    for (uint32_t i = 0; i < live; i++) {
      nk_path *path = &s->path[s->order[i]];
      if (s->n_best && path->score <= s->best_score) break; /* nor are those after it likelier */
      nk_status st = advance(m, path);
      if (st == NK_cancelled || st == NK_deadline) return st;
      if (st) dead_end = st;
      else if (path->state.phase == NK_AT_END) keep(s, path);
      else if ((st = spread(m, s->order[i], all, &n))) return st;
    }
    live = worthwhile(s, all, n);
    replace(m, all, live);
  }
  return s->n_best ? NK_ok : dead_end;
}
