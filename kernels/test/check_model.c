/* The whole engine on tiny models: closeness of the paths, order of tools, cache, cancellation, clean state. */
#include <math.h>

#include "tiny.h"

#define MAX_LOGITS (16 * 1024)
static const char *const names[] = {"turn on", "turn off", "lamp", "kitchen light", "help", "tune", "fan", "night", "launch"};
enum { N_TOOLS = 9 };

static uint64_t add(nk_model *m, int kind, const char *name) {
  char text[200];
  uint64_t id = 0;
  uint32_t tokens;
  int fresh;
  snprintf(text, sizeof text, "%s\x1f%s the thing\x1e" "device\x1f* entity\x1e" "level\x1fint", name, name);
  nk_status s = nk_block_register(m, kind, text, strlen(text), &id, &tokens, &fresh);
  CHECK(!s, "block %s: %s", name, nk_status_name(s));
  return id;
}

static tiny_buf program_bytes(const int *order, int n) {
  tiny_buf b = {0};
  tiny_put(&b, "NKP1", 4);
  tiny_u16(&b, (uint32_t)n);
  for (int i = 0; i < n; i++) {
    tiny_s16(&b, names[order ? order[i] : i]);
    tiny_u16(&b, 2);
    tiny_s16(&b, "device"), tiny_u8(&b, 1), tiny_u8(&b, 1), tiny_u8(&b, 0), tiny_u16(&b, 0), tiny_u16(&b, 0), tiny_u16(&b, 0);
    tiny_s16(&b, "level"), tiny_u8(&b, 0), tiny_u8(&b, 2), tiny_u8(&b, 0), tiny_u16(&b, 0), tiny_u16(&b, 0), tiny_u16(&b, 0);
  }
  tiny_u32(&b, 1), tiny_s16(&b, "the big lamp");
  tiny_u16(&b, 0);
  return b;
}

/* Logits of a fixed teacher-forced answer. */
static uint32_t logits(nk_model *m, const uint64_t *blocks, int n, float *out) {
  uint32_t ids[] = {1, 4, 273, 290, 6, 300, 7, 299};
  nk_status s = nk_logits(m, blocks, (uint16_t)n, "turn on the kitchen light", 25, ids, 8, out);
  CHECK(!s, "logits: %s", nk_status_name(s));
  return 8 * nk_model_info(m)->vocab;
}

typedef struct { int joint; uint32_t type, from; const char *name; } variant;

static void check_variant(const variant *v, uint32_t mask) {
  tiny_spec spec = tiny_default();
  spec.joint = v->joint, spec.type = v->type, spec.from = v->from;
  tiny_buf b = tiny_model(&spec, 11);
  nk_model *f = tiny_open(&b, 1, ~0u, 0), *q = tiny_open(&b, 0, ~0u, 0), *s = tiny_open(&b, 0, mask, 0);
  static float lf[MAX_LOGITS], lq[MAX_LOGITS], lr[MAX_LOGITS], ls[MAX_LOGITS];
  uint64_t a[4], r[4];
  int n = v->joint ? 1 : 4;
  for (int i = 0; i < n; i++) add(f, 0, names[i]), add(s, 0, names[i]), a[i] = add(q, 0, names[i]);
  for (int i = 0; i < n; i++) r[i] = a[n - 1 - i];
  uint32_t all = logits(f, a, n, lf);
  logits(q, a, n, lq), logits(q, r, n, lr), logits(s, a, n, ls);
  double worst = 0, size = 0;
  for (uint32_t i = 0; i < all; i++) {
    double d = fabs((double)lf[i] - (double)lq[i]);
    worst = d > worst || isnan(d) ? d : worst;
    size = fabs((double)lf[i]) > size ? fabs((double)lf[i]) : size;
  }
  CHECK(worst < 0.05 * size, "%s: int8 is %g off f32, largest logit %g", v->name, worst, size);
  CHECK(!memcmp(lq, lr, all * sizeof *lq), "%s: the order of blocks changes bits", v->name);
  CHECK(!memcmp(lq, ls, all * sizeof *lq), "%s: %s and %s differ", v->name, nk_model_isa(s), nk_model_isa(q));
  logits(f, r, n, lr);
  CHECK(!memcmp(lf, lr, all * sizeof *lq), "%s: the order of blocks changes bits in f32", v->name);
  nk_model_free(f), nk_model_free(q), nk_model_free(s), free(b.p);
}

/* ---- calls ---- */

typedef struct { char text[4096]; nk_status status; } told;

/* A result as text, tools by name, times left out. */
static void tell(const nk_result *r, const int *order, told *t) {
  size_t at = 0;
  char *p = t->text;
  for (int i = 0; i < r->n_calls; i++) {
    const nk_one_call *c = &r->calls[i];
    at += (size_t)snprintf(p + at, sizeof t->text - at, "%s %a %a %a(", names[order ? order[c->tool] : c->tool], (double)c->confidence, (double)c->raw, (double)c->mask_mass);
    for (int k = 0; k < c->n_args; k++)
      for (int v = 0; v < c->args[k].n_values && at < 3500; v++)
        at += (size_t)snprintf(p + at, sizeof t->text - at, "%u=%.*s;", c->args[k].prop, (int)c->args[k].values[v].len, c->args[k].values[v].text);
    at += (size_t)snprintf(p + at, sizeof t->text - at, ")");
  }
  snprintf(p + at, sizeof t->text - at, " refusal %a %a tokens %u", (double)r->refusal_confidence, (double)r->refusal_mask_mass, r->answer_tokens);
}

static told call(nk_model *m, const nk_program *p, const uint64_t *ids, const int *order, int n, const char *query, int (*stop)(void *)) {
  told t = {"", NK_ok};
  uint64_t tools[N_TOOLS];
  const nk_result *r;
  char err[200];
  for (int i = 0; i < n; i++) tools[i] = ids[order ? order[i] : i];
  nk_request rq = {.program = p, .tools = tools, .n_tools = (uint16_t)n, .query = query, .query_len = strlen(query), .cancelled = stop};
  t.status = nk_call(m, &rq, &r, err, sizeof err);
  if (!t.status) tell(r, order, &t);
  return t;
}

static nk_program *load(nk_model *m, const int *order) {
  nk_program *p = NULL;
  char err[200];
  tiny_buf b = program_bytes(order, N_TOOLS);
  CHECK(!nk_program_load(m, b.p, b.n, &p, err, sizeof err), "program: %s", err);
  free(b.p);
  return p;
}

static int at_once(void *arg) { return (void)arg, 1; }
static int stops_left;
static int later(void *arg) { return (void)arg, stops_left-- <= 0; }

static void check_calls(int joint, int select, uint32_t beam, uint32_t seed) {
  static const int order[N_TOOLS] = {3, 8, 1, 0, 7, 4, 2, 6, 5};
  tiny_spec spec = tiny_default();
  spec.joint = joint, spec.select = select, spec.beam = beam;
  tiny_buf b = tiny_model(&spec, seed);
  nk_model *m = tiny_open(&b, 0, ~0u, 0), *scalar = tiny_open(&b, 0, 0, 0);
  nk_program *p = load(m, NULL), *shuffled = load(m, order), *ps = load(scalar, NULL);
  uint64_t ids[N_TOOLS];
  for (int i = 0; i < N_TOOLS; i++) ids[i] = add(m, 0, names[i]), add(scalar, 0, names[i]);
  for (int i = 1; joint && i < N_TOOLS; i++) ids[i] = ids[0]; /* joint: one block describes all tools */
  const char *q1 = "turn on the kitchen light and the big lamp", *q2 = "help me";
  told a = call(m, p, ids, NULL, N_TOOLS, q1, NULL);
  CHECK(!a.status, "call: %s", nk_status_name(a.status));
  if (getenv("NK_SHOW")) printf("%s\n", a.text);
  told other = call(m, p, ids, NULL, N_TOOLS, q2, NULL), again = call(m, p, ids, NULL, N_TOOLS, q1, NULL);
  CHECK(!other.status && !strcmp(a.text, again.text), "a call depends on the one before:\n%s\n%s", a.text, again.text);
  told mixed = call(m, shuffled, ids, order, N_TOOLS, q1, NULL);
  CHECK(!strcmp(a.text, mixed.text), "the order of tools matters:\n%s\n%s", a.text, mixed.text);
  told slow = call(scalar, ps, ids, NULL, N_TOOLS, q1, NULL);
  CHECK(!strcmp(a.text, slow.text), "scalar answers otherwise:\n%s\n%s", a.text, slow.text);
  told none = call(m, p, ids, NULL, N_TOOLS, q1, at_once);
  CHECK(none.status == NK_cancelled, "cancelled: %s", nk_status_name(none.status));
  for (int i = 1; i < 6; i++) {
    stops_left = i;
    none = call(m, p, ids, NULL, N_TOOLS, q1, later);
    CHECK(none.status == NK_cancelled || !strcmp(none.text, a.text), "cancelled at %d: %s", i, nk_status_name(none.status));
  }
  again = call(m, p, ids, NULL, N_TOOLS, q1, NULL);
  CHECK(!strcmp(a.text, again.text), "a cancelled call left something");
  CHECK(call(m, p, ids, NULL, N_TOOLS, "  ", NULL).status == NK_empty_query, "an empty question");
  CHECK(call(m, p, ids, NULL, N_TOOLS, "a\xff", NULL).status == NK_bad_text, "a question that is not UTF-8");
  ids[2]++;
  CHECK(call(m, p, ids, NULL, N_TOOLS, q1, NULL).status == NK_unknown_block, "an unknown block");
  nk_program_free(p), nk_program_free(shuffled), nk_program_free(ps), nk_model_free(m), nk_model_free(scalar), free(b.p);
}

/* The probability of a whole answer. */
static double answer_p(uint32_t beam, uint32_t seed, const char *query, char *text, size_t size) {
  tiny_spec spec = tiny_default();
  spec.beam = beam;
  tiny_buf b = tiny_model(&spec, seed);
  nk_model *m = tiny_open(&b, 1, 0, 0); /* f32: int8 activations would differ for like prefixes only by rounding, still */
  nk_program *p = load(m, NULL);
  uint64_t ids[N_TOOLS];
  for (int i = 0; i < N_TOOLS; i++) ids[i] = add(m, 0, names[i]);
  const nk_result *r = NULL;
  char err[200];
  nk_request rq = {.program = p, .tools = ids, .n_tools = N_TOOLS, .query = query, .query_len = strlen(query)};
  nk_status st = nk_call(m, &rq, &r, err, sizeof err);
  CHECK(!st && nk_model_info(m)->beam == (beam ? beam : 1), "beam %u: %s", beam, nk_status_name(st));
  double product = 1;
  told t = {0};
  if (!st) {
    for (uint16_t i = 0; i < r->n_calls; i++) product *= (double)r->calls[i].raw;
    if (!r->n_calls) product = (double)r->refusal_confidence;
    tell(r, NULL, &t);
  }
  snprintf(text, size, "%s", t.text);
  nk_program_free(p), nk_model_free(m), free(b.p);
  return product;
}

/* One answer at a time is what a file without the key gets; several find an answer at least as likely, whatever the seed. */
static void check_beam(uint32_t seed) {
  static const char *const asked[] = {"turn on the kitchen light and the big lamp", "help me", "the night fan"};
  char plain[4096], one[4096], wide[4096];
  for (int i = 0; i < 3; i++) {
    double a = answer_p(0, seed, asked[i], plain, sizeof plain), b = answer_p(1, seed, asked[i], one, sizeof one);
    CHECK(!strcmp(plain, one) && a == b, "a beam of one is greedy:\n%s\n%s", plain, one);
    double c = answer_p(4, seed, asked[i], wide, sizeof wide);
    CHECK(c >= a * 0.9999 || !strcmp(plain, wide), "a beam of four found a worse answer: %g after %g\n%s\n%s", c, a, plain, wide);
  }
}

static uint32_t asks;
static int count_asks(void *arg) { return (void)arg, asks++, 0; }

/* Every id, forced or not, comes after the question whether to stop: a long forced run must not outlast a deadline. */
static void check_asked(void) {
  tiny_spec spec = tiny_default();
  tiny_buf b = tiny_model(&spec, 3);
  nk_model *m = tiny_open(&b, 0, ~0u, 0);
  nk_program *p = load(m, NULL);
  const nk_result *r;
  uint64_t ids[N_TOOLS];
  char err[200];
  for (int i = 0; i < N_TOOLS; i++) ids[i] = add(m, 0, names[i]);
  nk_request rq = {.program = p, .tools = ids, .n_tools = N_TOOLS, .query = "turn on the lamp", .query_len = 16, .cancelled = count_asks};
  asks = 0;
  nk_status s = nk_call(m, &rq, &r, err, sizeof err);
  CHECK(!s && r->passes < r->answer_tokens && asks > r->answer_tokens, "%s: asked %u times", nk_status_name(s), asks);
  nk_program_free(p), nk_model_free(m), free(b.p);
}

/* A long question, every budget: an answer always ends within answer_tokens. */
static void check_budget(void) {
  for (uint32_t answer = 2; answer < 40; answer++) {
    tiny_spec spec = tiny_default();
    spec.answer = answer;
    tiny_buf b = tiny_model(&spec, 100 + answer);
    nk_model *m = tiny_open(&b, 0, ~0u, 0);
    nk_program *p = load(m, NULL);
    uint64_t ids[N_TOOLS];
    for (int i = 0; i < N_TOOLS; i++) ids[i] = add(m, 0, names[i]);
    told t = call(m, p, ids, NULL, N_TOOLS, "turn on the kitchen light and the bedroomlightwithalongname", NULL);
    CHECK(!t.status, "budget %u: %s", answer, nk_status_name(t.status));
    nk_program_free(p), nk_model_free(m), free(b.p);
  }
}

/* Infinities and NaNs inside: some answer or status, no fault (the sanitizers look on). */
static void check_loud(void) {
  static const int backwards[N_TOOLS] = {8, 7, 6, 5, 4, 3, 2, 1, 0};
  uint32_t masks[TINY_PATHS], paths = tiny_paths(masks);
  for (uint32_t type = 0; type < 3; type++) {
    tiny_spec spec = tiny_default();
    spec.loud = 1, spec.type = type == 0 ? GGML_Q8_0 : type == 1 ? GGML_Q4_0 : GGML_F16;
    tiny_buf b = tiny_model(&spec, 4);
    for (uint32_t k = 0; k < paths; k++) {
      nk_model *m = tiny_open(&b, 0, masks[k], 0);
      nk_program *p = load(m, NULL);
      uint64_t ids[N_TOOLS];
      for (int i = 0; i < N_TOOLS; i++) ids[i] = add(m, 0, names[i]);
      told t = call(m, p, ids, NULL, N_TOOLS, "turn on the kitchen light", NULL);
      CHECK(!t.status, "loud weights: %s", nk_status_name(t.status));
      nk_program *shuffled = load(m, backwards);
      told mixed = call(m, shuffled, ids, backwards, N_TOOLS, "turn on the kitchen light", NULL);
      CHECK(!strcmp(t.text, mixed.text), "loud weights: the order of tools matters:\n%s\n%s", t.text, mixed.text);
      nk_program_free(p), nk_program_free(shuffled), nk_model_free(m);
    }
    free(b.p);
  }
}

/* Evicted keys and values come back on their own; blocks that are gone altogether are unknown. */
static void check_eviction(void) {
  tiny_spec spec = tiny_default();
  tiny_buf b = tiny_model(&spec, 11);
  nk_model *m = tiny_open(&b, 0, ~0u, 0), *tight = tiny_open(&b, 0, ~0u, 96 << 10);
  static float la[MAX_LOGITS], lb[MAX_LOGITS];
  uint64_t a[2] = {add(m, 0, names[0]), add(m, 0, names[1])};
  add(tight, 0, names[0]), add(tight, 0, names[1]);
  nk_stats st;
  char name[32];
  for (int i = 0; i < 12; i++) snprintf(name, sizeof name, "filler %d", i), add(tight, 0, name);
  nk_model_stats(tight, &st);
  CHECK(st.evictions > 0 && st.cache_bytes <= st.cache_cap, "%llu evictions, %zu of %zu bytes", (unsigned long long)st.evictions, st.cache_bytes, st.cache_cap);
  uint32_t all = logits(m, a, 2, la);
  logits(tight, a, 2, lb);
  CHECK(!memcmp(la, lb, all * sizeof *la), "a block made again differs");
  for (int i = 0; i < 200; i++) snprintf(name, sizeof name, "more %d", i), add(tight, 0, name);
  uint32_t start = 1;
  CHECK(nk_logits(tight, a, 2, "hi", 2, &start, 1, lb) == NK_unknown_block, "a block that is long gone");
  nk_model_stats(tight, &st);
  CHECK(st.blocks < 150, "%u blocks are kept", st.blocks);
  nk_model_free(m), nk_model_free(tight), free(b.p);
}

static void check_blocks(void) {
  tiny_spec spec = tiny_default();
  tiny_buf b = tiny_model(&spec, 11);
  nk_model *m = tiny_open(&b, 0, ~0u, 0);
  uint64_t id, same;
  uint32_t n;
  int fresh;
  char text[2000];
  CHECK(!nk_block_register(m, 0, "lamp\x1f", 5, &id, &n, &fresh) && fresh && n == 3, "a name alone: %u tokens", n);
  CHECK(!nk_block_register(m, 0, "lamp\x1f", 5, &same, &n, &fresh) && !fresh && same == id, "the same block again");
  CHECK(!nk_block_register(m, 1, "lamp\x1f", 5, &same, &n, &fresh) && fresh && same != id, "another kind is another block");
  CHECK(nk_block_register(m, 0, "lamp", 4, &id, &n, &fresh) == NK_bad_text, "no U+001F");
  CHECK(nk_block_register(m, 0, "l\x1f" "a\x1f" "b", 5, &id, &n, &fresh) == NK_bad_text, "a second U+001F");
  CHECK(nk_block_register(m, 0, "l\n\x1f", 3, &id, &n, &fresh) == NK_bad_text, "a control byte");
  CHECK(nk_block_register(m, 0, "l\xff\x1f", 3, &id, &n, &fresh) == NK_bad_text, "not UTF-8");
  memset(text, 'a', sizeof text);
  text[1] = 0x1f;
  CHECK(nk_block_register(m, 0, text, sizeof text, &id, &n, &fresh) == NK_block_too_long, "too long");
  text[0] = 0x1f;
  for (size_t len = 115; len < 140; len++) {
    char two[200];
    memset(two, 'a', sizeof two);
    two[1] = two[len - 1] = 0x1f, two[len - 3] = 0x1e;
    nk_status s = nk_block_register(m, 0, two, len, &id, &n, &fresh);
    CHECK(s == NK_block_too_long || (!s && n <= 128), "length %zu: %s, %u tokens", len, nk_status_name(s), n);
  }
  nk_model_free(m), free(b.p);
}

int main(void) {
  static const variant v[] = {{0, GGML_Q8_0, 0, "catalogue from 0"}, {0, GGML_Q8_0, 1, "catalogue half"}, {0, GGML_Q8_0, 2, "catalogue from n"},
                              {0, GGML_Q4_0, 1, "catalogue Q4_0"},   {0, GGML_F16, 1, "catalogue F16"},   {1, GGML_Q8_0, 1, "joint"}};
  uint32_t masks[TINY_PATHS], paths = tiny_paths(masks);
  for (size_t i = 0; i < sizeof v / sizeof *v; i++)
    for (uint32_t k = 0; k == 0 || k + 1 < paths; k++) check_variant(&v[i], masks[k]); /* each with the best one */
  for (uint32_t seed = 1; seed < 6; seed++) {
    check_calls(0, 1, 0, seed);
    check_calls(0, 0, 0, seed);
    check_calls(0, 1, 3, seed);
    check_beam(seed);
  }
  check_calls(1, 1, 0, 3);
  check_calls(1, 1, NK_MAX_BEAM, 3);
  check_asked();
  check_budget();
  check_loud();
  check_eviction();
  check_blocks();
  return tiny_end("check_model");
}
