/* Answers side by side: the same as a plain search that reads every answer anew, whatever was asked before and however that ended. */
#include <math.h>

#include "tiny.h"

#include "../src/session.h"

static const char *const names[] = {"turn on", "help", "fan"};
static const char *const asked[] = {"turn on the kitchen light and the big lamp", "help me 12", "the night fan"};
enum { N_TOOLS = 3, N_ASKED = 3, LONGEST = 64, MAX_WAYS = NK_MAX_BEAM * 512 };

/* ---- a model with a program and blocks ---- */

typedef struct { uint32_t beam, answer, seed; float gain, bias; int loud, twins, far, f32; } recipe; /* gain: of the logits, so that a random model is sure */
typedef struct { tiny_buf file; nk_model *m; nk_program *program; uint64_t tool[N_TOOLS]; } desk;

static void prop(tiny_buf *b, const char *key, uint32_t flags, uint32_t kind, uint32_t evidence, uint32_t most) {
  tiny_s16(b, key), tiny_u8(b, flags), tiny_u8(b, kind), tiny_u8(b, evidence), tiny_u16(b, 0), tiny_u16(b, most), tiny_u16(b, 0);
}

static void put_tool(tiny_buf *b, int tool) {
  tiny_s16(b, names[tool]), tiny_u16(b, tool == 2 ? 3 : 2);
  if (tool == 0) prop(b, "device", 1, NK_ENTITY, 0, 0), prop(b, "level", 0, NK_INTEGER, 0, 0);
  if (tool == 1) prop(b, "text", 0, NK_STRING, 2, 0), prop(b, "data", 1, NK_JSON, 0, 0), tiny_u16(b, 0);
  if (tool != 2) return;
  prop(b, "name", 1, NK_STRING, 1, 0);
  prop(b, "mode", 2, NK_CHOICE, 0, 3), tiny_u16(b, 3), tiny_s16(b, "on"), tiny_s16(b, "on hold"), tiny_s16(b, "off");
  prop(b, "num", 0, NK_NUMBER, 0, 0);
}

/* Every kind of property, JSON among them. */
static nk_program *load(nk_model *m, const int *order) {
  tiny_buf b = {0};
  nk_program *p = NULL;
  char err[200];
  tiny_put(&b, "NKP1", 4), tiny_u16(&b, N_TOOLS);
  for (int i = 0; i < N_TOOLS; i++) put_tool(&b, order[i]);
  tiny_u32(&b, 2), tiny_s16(&b, "the big lamp"), tiny_s16(&b, "kitchen light");
  tiny_u16(&b, 3);
  tiny_u8(&b, NODE_OBJECT), tiny_u16(&b, 2), tiny_s16(&b, "ab"), tiny_u8(&b, 1), tiny_u16(&b, 1), tiny_s16(&b, "c"), tiny_u8(&b, 0), tiny_u16(&b, 2), tiny_u8(&b, 0);
  tiny_u8(&b, NODE_ANY), tiny_u8(&b, NODE_STRING);
  CHECK(!nk_program_load(m, b.p, b.n, &p, err, sizeof err), "program: %s", err);
  free(b.p);
  return p;
}

/* Twins: each piece has another that looks the same to the model. Far: <pad>, never legal, is far likelier than what is. */
static void change(const recipe *r, const desk *k) {
  const nk_info *c = &k->m->info;
  size_t row = c->d / 32 * 34;
  uint8_t *embed = k->file.p + (k->m->embed.data - k->file.p);
  for (uint32_t id = NK_FIRST_BYTE; r->twins && id + 1 < c->vocab; id += 2) memcpy(embed + (id + 1) * row, embed + id * row, row);
  if (r->far) memcpy(embed, embed + NK_VAL * row, row);
  for (size_t i = 1; r->far && i < row; i += 34) embed[i] = (uint8_t)(embed[i] + (3 << 2)); /* the exponent of the scale: 8 times */
  float *norm = k->m->floats + (k->m->dec_norm - k->m->floats);
  for (uint32_t i = 0; i < c->d; i++) norm[i] *= r->gain;
  k->m->info.copy_bias = r->bias;
}

static desk open_desk(const recipe *r, uint32_t mask, const int *order) {
  static const int in_order[] = {0, 1, 2};
  tiny_spec spec = tiny_default();
  spec.beam = r->beam, spec.answer = r->answer, spec.loud = r->loud;
  desk k = {.file = tiny_model(&spec, r->seed)};
  k.m = tiny_open(&k.file, r->f32, mask, 0);
  change(r, &k);
  if (!order) order = in_order;
  k.program = load(k.m, order);
  for (int i = 0; i < N_TOOLS; i++) {
    char text[100];
    uint32_t tokens;
    int fresh;
    snprintf(text, sizeof text, "%s\x1f%s the thing", names[order[i]], names[order[i]]);
    CHECK(!nk_block_register(k.m, 0, text, strlen(text), &k.tool[i], &tokens, &fresh), "block %s", names[order[i]]);
  }
  return k;
}

static void close_desk(desk *k) { nk_program_free(k->program), nk_model_free(k->m), free(k->file.p); }

/* All that an answer is, tools in their own words. */
typedef struct { nk_status status; uint32_t passes, n, calls; nk_step step[LONGEST + 1]; float sure[NK_MAX_CALLS]; } told;

static told ask(desk *k, const char *query, int (*stop)(void *)) {
  const nk_session *s = k->m->session;
  const nk_result *r;
  char err[200];
  told t;
  memset(&t, 0, sizeof t);
  nk_request rq = {.program = k->program, .tools = k->tool, .n_tools = N_TOOLS, .query = query, .query_len = strlen(query), .cancelled = stop, .cancel_arg = k->m->session};
  if ((t.status = nk_call(k->m, &rq, &r, err, sizeof err))) return t;
  t.passes = r->passes, t.n = s->n_best, t.calls = r->n_calls;
  memcpy(t.step, s->best, t.n * sizeof *t.step);
  for (uint32_t i = 0; i < t.calls; i++) t.sure[i] = r->calls[i].raw;
  return t;
}

/* ---- a search of its own ---- */

typedef struct { uint32_t id[LONGEST + 2], n; double score; } branch;
typedef struct { uint32_t from, id; double score; } way;
typedef struct { branch best; int found; uint32_t dead, reads, rounds; } found; /* reads: passes that an answer could need which may yet win */

/* Takes what is forced. Returns 1 when there is a choice in s->legal, 0 when the answer has ended, -1 when it cannot. */
static int follow(nk_model *m, branch *b) {
  nk_session *s = m->session;
  for (;;) {
    uint32_t only = 0, left = m->info.answer_tokens + 1 - b->n;
    nk_state_start(&s->state);
    for (uint32_t i = 1; i < b->n; i++) nk_grammar_take(&s->rules, &s->state, b->id[i]);
    if (s->state.phase == NK_AT_END) return 0;
    s->rules.left = left;
    uint32_t n = left ? nk_grammar_mask(&s->rules, &s->state, s->legal, &only) : 0;
    if (n != 1) return n ? 1 : -1;
    b->id[b->n++] = only;
  }
}

/* All ways to go on with an answer, which the decoder reads from its beginning. */
static uint32_t all_ways(nk_model *m, const branch *b, uint32_t from, way *out) {
  nk_session *s = m->session;
  double sum = 0, top = -INFINITY;
  uint32_t n = 0;
  int biased = nk_grammar_bias(&s->rules, &s->state, s->bias);
  m->s.self = s->path[0].kv;
  for (uint32_t t = 0; t < b->n; t += 7) {
    uint32_t k = b->n - t < 7 ? b->n - t : 7;
    nk_decode_rows(m, b->id + t, k, t, t + k == b->n, m->s.logits);
  }
  for (uint32_t id = 0; id < m->info.vocab; id++) {
    if (!nk_bit(s->legal, id)) continue;
    double l = (double)m->s.logits[id] + (biased && nk_bit(s->bias, id) ? (double)m->info.copy_bias : 0);
    out[n++] = (way){from, id, l};
    top = l > top ? l : top;
  }
  for (uint32_t i = 0; i < n; i++) sum += exp(out[i].score - top);
  for (uint32_t i = 0; i < n; i++) out[i].score += b->score - top - log(sum);
  return n;
}

static int by_score(const void *a, const void *b) {
  const way *x = a, *y = b;
  if (x->score != y->score) return x->score > y->score ? -1 : 1;
  return x->from != y->from ? (x->from < y->from ? -1 : 1) : x->id < y->id ? -1 : 1;
}

/* docs/model-format.md section 5, word by word. */
static found search(nk_model *m) {
  static way ways[MAX_WAYS];
  static branch now[NK_MAX_BEAM], next[NK_MAX_BEAM];
  found f = {0};
  uint32_t n_now = 1;
  now[0] = (branch){{NK_EOS}, 1, 0};
  for (; n_now; f.rounds++) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < n_now; i++) {
      int more = follow(m, &now[i]);
      f.reads += more > 0 && (!f.found || now[i].score > f.best.score);
      if (more > 0) n += all_ways(m, &now[i], i, ways + n);
      if (more < 0) f.dead++;
      if (!more && (!f.found || now[i].score > f.best.score)) f.best = now[i], f.found = 1;
    }
    qsort(ways, n, sizeof *ways, by_score);
    double top = n ? ways[0].score : 0;
    if (f.found && f.best.score > top) top = f.best.score;
    uint32_t n_next = 0;
    for (uint32_t i = 0; i < n && n_next < m->info.beam; i++) {
      if (ways[i].score < top - 3 || (f.found && ways[i].score <= f.best.score)) break;
      next[n_next] = now[ways[i].from];
      next[n_next].id[next[n_next].n++] = ways[i].id;
      next[n_next++].score = ways[i].score;
    }
    memcpy(now, next, sizeof now);
    n_now = n_next;
  }
  return f;
}

/* ---- checks ---- */

static uint32_t wide, calls; /* answers that had rivals, answers with calls */

static void check_search(const recipe *r) {
  desk k = open_desk(r, ~0u, NULL);
  for (int q = 0; q < N_ASKED; q++) {
    told t = ask(&k, asked[q], NULL);
    CHECK(!t.status, "seed %u beam %u budget %u: %s", r->seed, r->beam, r->answer, nk_status_name(t.status));
    if (t.status) continue;
    double score = k.m->session->best_score, sum = 0;
    for (uint32_t i = 1; i < t.n; i++) sum += log((double)t.step[i].p);
    found f = search(k.m);
    int same = f.found && f.best.n == t.n;
    for (uint32_t i = 0; same && i < t.n; i++) same = f.best.id[i] == t.step[i].id;
    CHECK(same && !f.dead, "seed %u beam %u budget %u gain %g, %s: ln p %g of %u ids, not %g of %u; %u dead", r->seed, r->beam, r->answer, (double)r->gain, asked[q], score, t.n,
          f.best.score, f.best.n, f.dead);
    CHECK(fabs(score - sum) < 1e-9, "seed %u beam %u: ln p %g, of its steps %g", r->seed, r->beam, score, sum);
    CHECK(fabs(score - f.best.score) < 1e-3, "seed %u beam %u bias %g: ln p %g, should be %g", r->seed, r->beam, (double)r->bias, score, f.best.score);
    CHECK(t.passes == f.reads, "seed %u beam %u: %u passes for %u answers read", r->seed, r->beam, t.passes, f.reads);
    wide += t.passes > f.rounds;
    calls += t.calls > 0;
  }
  close_desk(&k);
}

static void check_searches(void) {
  static const uint32_t beams[] = {1, 3, NK_MAX_BEAM};
  for (uint32_t seed = 1; seed < 4; seed++)
    for (int i = 0; i < 3; i++) check_search(&(recipe){.beam = beams[i], .answer = 40, .seed = seed, .gain = 12, .bias = 4, .twins = 1});
  check_search(&(recipe){.beam = 4, .answer = 24, .seed = 1, .gain = 6, .bias = 1, .f32 = 1});
  for (uint32_t seed = 1; seed < 4; seed++) check_search(&(recipe){.beam = 1, .answer = 40, .seed = seed, .gain = 10 + 4 * (float)seed, .bias = 50, .far = 1});
  for (uint32_t answer = 2; answer < 36; answer += 4) check_search(&(recipe){.beam = NK_MAX_BEAM, .answer = answer, .seed = answer, .gain = 10, .bias = 4});
  CHECK(wide > 15 && calls > 15, "only %u answers had rivals, %u had calls", wide, calls);
}

/* When no step is in doubt, eight answers at a time cost what one costs. */
static void check_sure(void) {
  uint32_t sure = 0;
  for (uint32_t seed = 1; seed < 9; seed++) {
    recipe one = {.beam = 1, .answer = 40, .seed = seed, .gain = 150, .bias = 4}, eight = one;
    eight.beam = NK_MAX_BEAM;
    desk a = open_desk(&one, ~0u, NULL), b = open_desk(&eight, ~0u, NULL);
    for (int q = 0; q < N_ASKED; q++) {
      told x = ask(&a, asked[q], NULL), y = ask(&b, asked[q], NULL);
      float least = 1;
      for (uint32_t i = 1; i < x.n; i++) least = x.step[i].p < least ? x.step[i].p : least;
      if (least < 0.96f) continue;
      sure++;
      CHECK(!memcmp(&x, &y, sizeof x), "seed %u, %s: sure of %g, but %u passes, not %u", seed, asked[q], (double)least, y.passes, x.passes);
    }
    close_desk(&a), close_desk(&b);
  }
  CHECK(sure > 5, "only %u answers were sure", sure);
}

static void check_order(void) {
  static const int order[] = {2, 0, 1};
  uint32_t masks[TINY_PATHS], paths = tiny_paths(masks);
  for (uint32_t seed = 1; seed < 7; seed++) {
    recipe r = {.beam = NK_MAX_BEAM, .answer = 40, .seed = seed, .gain = 10, .bias = 4, .twins = seed % 2, .loud = seed > 4};
    desk a = open_desk(&r, masks[0], NULL), b = open_desk(&r, masks[r.loud ? 0 : paths - 1], order); /* what is not finite differs by path */
    for (int q = 0; q < N_ASKED; q++) {
      told x = ask(&a, asked[q], NULL), y = ask(&b, asked[q], NULL);
      CHECK(!x.status && !memcmp(&x, &y, sizeof x), "seed %u, %s: another order of tools on another path: %s, %u and %u ids", seed, asked[q], nk_status_name(x.status), x.n, y.n);
    }
    close_desk(&a), close_desk(&b);
  }
}

static uint32_t asks, stop_at;
static int late;
static int stop(void *session) {
  if (asks++ < stop_at) return 0;
  if (late) ((nk_session *)session)->deadline = 1; /* long ago */
  return !late;
}

static uint32_t masks_of(const desk *k, const told *t, uint8_t *masks) {
  static const uint16_t in_play[] = {0, 1, 2};
  uint32_t ids[LONGEST], steps = 0;
  for (uint32_t i = 1; i < t->n; i++) ids[i - 1] = t->step[i].id;
  CHECK(!nk_masks(k->m, k->program, in_play, N_TOOLS, asked[0], strlen(asked[0]), ids, t->n - 1, masks, &steps) && steps == t->n, "%u masks of %u", steps, t->n);
  return steps * ((k->m->info.vocab + 7) / 8);
}

static void logits_of(const desk *k, float *out) {
  uint32_t ids[] = {1, 4, 273, 290, 6, 300, 7, 299};
  CHECK(!nk_logits(k->m, k->tool, N_TOOLS, asked[0], strlen(asked[0]), ids, 8, out), "logits");
}

/* Stopped anywhere, a request leaves nothing behind. */
static void check_stopped(uint32_t seed) {
  static uint8_t masks[2][LONGEST * 128];
  static float logits[2][8 * 512];
  recipe r = {.beam = NK_MAX_BEAM, .answer = 40, .seed = seed, .gain = 8, .bias = 4, .twins = 1};
  desk k = open_desk(&r, ~0u, NULL);
  logits_of(&k, logits[0]);
  asks = 0, stop_at = UINT32_MAX;
  told first = ask(&k, asked[0], stop);
  uint32_t all = asks, bytes = masks_of(&k, &first, masks[0]);
  CHECK(!first.status && first.passes > first.n, "%s: %u passes for %u ids", nk_status_name(first.status), first.passes, first.n);
  for (uint32_t i = 0; i < all; i += 1 + all / 24) {
    asks = 0, stop_at = i, late = i % 2;
    told none = ask(&k, asked[i % 3 == 2], stop);
    CHECK(none.status == (late ? NK_deadline : NK_cancelled) || (i % 3 == 2 && asks <= i), "stopped at %u of %u: %s", i, all, nk_status_name(none.status));
    if (i % 3 == 0) logits_of(&k, logits[1]);
    if (i % 3 != 0) masks_of(&k, &first, masks[1]);
    CHECK(!memcmp(logits[0], logits[1], sizeof logits[0]) && (!i || !memcmp(masks[0], masks[1], bytes)), "logits or masks after a stop at %u", i);
    told again = ask(&k, asked[0], NULL);
    CHECK(!memcmp(&first, &again, sizeof first), "a stop at %u of %u left something: %s", i, all, nk_status_name(again.status));
  }
  close_desk(&k);
}

int main(void) {
  check_searches();
  check_sure();
  check_order();
  for (uint32_t seed = 1; seed < 4; seed++) check_stopped(seed);
  return tiny_end("check_beam");
}
