/* Every hot loop: each path that this host has against the scalar one, to the bit, with sentinels round the outputs. */
#include <math.h>

#include "tiny.h"

static uint32_t seed = 7;
static uint32_t below(uint32_t n) { return (tiny_random(&seed) >> 8) % n; }

#define GUARD 16
#define SENTINEL 0x7fc0dead

/* n floats with GUARD sentinels on both sides. */
static float *guarded(size_t n) {
  uint32_t *p = malloc((n + 2 * GUARD) * 4);
  for (size_t i = 0; i < n + 2 * GUARD; i++) p[i] = SENTINEL;
  return (float *)p + GUARD;
}
static int intact(const float *f, size_t n) {
  const uint32_t *p = (const uint32_t *)f - GUARD;
  for (int i = 0; i < GUARD; i++)
    if (p[i] != SENTINEL || p[GUARD + n + (size_t)i] != SENTINEL) return 0;
  return 1;
}
static void release(float *f) { free(f - GUARD); }

static float *randoms(size_t n, float scale) {
  float *x = malloc((n + 1) * sizeof *x);
  for (size_t i = 0; i < n; i++) x[i] = scale * tiny_normal(&seed) * (below(20) ? 1 : 10);
  return x;
}

static void compare(const char *what, const char *isa, const float *a, const float *b, size_t n) {
  CHECK(!memcmp(a, b, n * sizeof *a), "%s %s differs from scalar", isa, what);
  CHECK(intact(b, n), "%s %s wrote outside its output", isa, what);
}

static void check_quantise(const nk_ops *s, const nk_ops *o) {
  uint32_t n = 32 * (1 + below(20)), head = 8 * (1 + below(16));
  float *x = randoms(n + head, 3), *sa = guarded(n / 32), *sb = guarded(n / 32), ha, hb;
  int8_t *qa = malloc(n + head), *qb = malloc(n + head);
  if (!below(4)) memset(x, 0, 32 * sizeof *x); /* a block of zeros */
  s->quantise(x, n, qa, sa);
  o->quantise(x, n, qb, sb);
  compare("quantise", o->isa, sa, sb, n / 32);
  CHECK(!memcmp(qa, qb, n), "%s quantise codes", o->isa);
  s->quantise_head(x, head, qa, &ha);
  o->quantise_head(x, head, qb, &hb);
  CHECK(ha == hb && !memcmp(qa, qb, head), "%s quantise_head %u", o->isa, head);
  free(x), free(qa), free(qb), release(sa), release(sb);
}

static void check_linear(const nk_ops *s, const nk_ops *o, uint32_t type) {
  uint32_t rows = 1 + below(9), m = 1 + below(11), cols = type == GGML_F16 ? 1 + below(90) : 32 * (1 + below(9)), stride = rows + below(4);
  float *w = randoms((size_t)rows * cols, 0.1f), *x = randoms((size_t)m * cols, 2), *a = guarded((size_t)m * stride), *b = guarded((size_t)m * stride), *sc = malloc((size_t)m * cols * 4);
  int8_t *q = malloc((size_t)m * cols);
  tiny_buf t = {0};
  tiny_quantise(&t, type, w, (size_t)rows * cols);
  for (size_t i = 0; type == GGML_Q8_0 && i < t.n; i += 34)
    if (!below(3)) t.p[i + 2 + below(32)] = 0x80; /* -128 comes only from hostile files */
  if (type == GGML_F16) {
    s->linear_f16(t.p, rows, cols, x, m, a, stride);
    o->linear_f16(t.p, rows, cols, x, m, b, stride);
  } else {
    s->quantise(x, m * cols, q, sc);
    (type == GGML_Q8_0 ? s->linear_q8 : s->linear_q4)(t.p, rows, cols, q, sc, m, a, stride);
    (type == GGML_Q8_0 ? o->linear_q8 : o->linear_q4)(t.p, rows, cols, q, sc, m, b, stride);
  }
  compare(type == GGML_F16 ? "linear_f16" : type == GGML_Q8_0 ? "linear_q8" : "linear_q4", o->isa, a, b, (size_t)m * stride);
  free(w), free(x), free(sc), free(q), free(t.p), release(a), release(b);
}

/* Every half that is a number, small ones too, as a weight and as the scale of a block. */
static void check_halves(const nk_ops *s, const nk_ops *o) {
  float x[64], *a = guarded(64), *b = guarded(64), scale = 0.25f;
  uint8_t f16[128], q4[18];
  int8_t q[32];
  for (int i = 0; i < 64; i++) x[i] = i % 16 ? 0 : 1; /* one of the eight at a time, one of the rest */
  for (int i = 0; i < 32; i++) q[i] = (int8_t)(i * 7 - 100);
  for (uint32_t h = 0; h < 0x10000; h++) {
    if ((h & 0x7c00) == 0x7c00 && h & 0x3ff) continue;
    for (int i = 0; i < 64; i++) f16[2 * i] = (uint8_t)h, f16[2 * i + 1] = (uint8_t)(h >> 8);
    if ((h & 0x7c00) != 0x7c00) { /* infinity by zero is a NaN, whose bits are the machine's */
      s->linear_f16(f16, 1, 20, x, 1, a, 1), o->linear_f16(f16, 1, 20, x, 1, b, 1);
      compare("linear_f16 of every half", o->isa, a, b, 1);
    }
    memset(q4, 0x31, sizeof q4), memcpy(q4, f16, 2);
    s->linear_q4(q4, 1, 32, q, &scale, 1, a, 1), o->linear_q4(q4, 1, 32, q, &scale, 1, b, 1);
    compare("linear_q4 of every scale", o->isa, a, b, 1);
  }
  release(a), release(b);
}

static void check_attention(const nk_ops *s, const nk_ops *o) {
  uint32_t hd = 8 * (1 + below(16)), nq = 1 + below(18), nk = 1 + below(300), stride = nk + below(5);
  if (below(2)) hd = 64;
  int8_t *q = malloc((size_t)nq * hd), *k = malloc((size_t)nk * hd);
  float *qs = randoms(nq, 0.01f), *ks = randoms(nk, 0.01f), *a = guarded((size_t)nq * stride), *b = guarded((size_t)nq * stride), *oa = guarded((size_t)nq * hd), *ob = guarded((size_t)nq * hd);
  for (size_t i = 0; i < (size_t)nq * hd; i++) q[i] = (int8_t)((int)below(255) - 127);
  for (size_t i = 0; i < (size_t)nk * hd; i++) k[i] = (int8_t)((int)below(255) - 127);
  s->scores(q, qs, nq, k, ks, nk, hd, a, stride);
  o->scores(q, qs, nq, k, ks, nk, hd, b, stride);
  compare("scores", o->isa, a, b, (size_t)nq * stride);
  memset(oa, 0, (size_t)nq * hd * 4), memset(ob, 0, (size_t)nq * hd * 4);
  s->weigh(a, nq, stride, k, ks, nk, hd, oa);
  o->weigh(b, nq, stride, k, ks, nk, hd, ob);
  compare("weigh", o->isa, oa, ob, (size_t)nq * hd);
  compare("weigh's p", o->isa, a, b, (size_t)nq * stride);
  free(q), free(k), free(qs), free(ks), release(a), release(b), release(oa), release(ob);
}

static void check_exps(const nk_ops *s, const nk_ops *o) {
  uint32_t n = 1 + below(70);
  float *x = randoms(n, below(2) ? 1 : 40), *a = guarded(n), *b = guarded(n), ma, mb;
  memcpy(a, x, n * 4), memcpy(b, x, n * 4);
  CHECK(s->sum_squares(x, n) == o->sum_squares(x, n), "%s sum_squares %u", o->isa, n);
  float sa = s->exps(a, n, &ma), sb = o->exps(b, n, &mb);
  CHECK(sa == sb && ma == mb, "%s exps %u: sum %g, %g", o->isa, n, (double)sa, (double)sb);
  compare("exps", o->isa, a, b, n);
  free(x), release(a), release(b);
}

static void check_exp_value(void) {
  double worst = 0;
  for (float x = -80; x < 80; x += 0.0137f) {
    double d = fabs((double)nk_expf(x) / exp((double)x) - 1);
    worst = d > worst ? d : worst;
  }
  CHECK(worst < 3e-7, "nk_expf is off by %g", worst);
  CHECK(nk_expf(0) == 1 && nk_expf(-1e9f) < 1e-37f && isfinite(nk_expf(1e9f)), "nk_expf at its ends");
}

int main(void) {
  nk_ops s, o;
  uint32_t masks[TINY_PATHS], n = tiny_paths(masks);
  nk_ops_scalar(&s);
  check_exp_value();
  for (uint32_t i = 0; i < n; i++) {
    nk_ops_init(&o, masks[i]);
    CHECK(i == 0 || strcmp(o.isa, "scalar"), "mask %u gives scalar", masks[i]);
    for (int k = 0; k < 200; k++) {
      check_quantise(&s, &o);
      check_linear(&s, &o, GGML_Q8_0);
      check_linear(&s, &o, GGML_Q4_0);
      check_linear(&s, &o, GGML_F16);
      check_attention(&s, &o);
      check_exps(&s, &o);
    }
    check_halves(&s, &o);
    printf("check_ops: %s is equal to scalar\n", o.isa);
  }
  return tiny_end("check_ops");
}
