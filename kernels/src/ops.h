/* The table of hot loops. ops_scalar.c is the oracle; every other path gives the same bits.
 *
 * Sums of floats run in 8 lanes: element i belongs to lane i % 8 (quantised dots: lane j takes elements 4j .. 4j+3 of each 32-block),
 * lanes are added as ((0+4)+(2+6)) + ((1+5)+(3+7)). No path may contract a product and a sum.
 * One exception: the NEON of 32-bit ARM takes floats below 2^-126 as 0, which only sums below 2^-90 can show. */
#ifndef NK_OPS_H
#define NK_OPS_H
#include <stdint.h>

enum { NK_CPU_AVX2 = 1, NK_CPU_VNNI = 2, NK_CPU_NEON = 4, NK_CPU_DOTPROD = 8 };

typedef struct {
  const char *isa;
  /* x (n) -> q (n), s (n / 32); n a multiple of 32. s = max|x| / 127. */
  void (*quantise)(const float *x, uint32_t n, int8_t *q, float *s);
  /* x (n) -> q (n) with one scale. */
  void (*quantise_head)(const float *x, uint32_t n, int8_t *q, float *s);
  /* out[t * stride + r] = w row r . activation t, for `rows` rows and m activations. cols a multiple of 32; q (m, cols), s (m, cols / 32). */
  void (*linear_q8)(const uint8_t *w, uint32_t rows, uint32_t cols, const int8_t *q, const float *s, uint32_t m, float *out, uint32_t stride);
  void (*linear_q4)(const uint8_t *w, uint32_t rows, uint32_t cols, const int8_t *q, const float *s, uint32_t m, float *out, uint32_t stride);
  void (*linear_f16)(const uint8_t *w, uint32_t rows, uint32_t cols, const float *x, uint32_t m, float *out, uint32_t stride);
  /* out[r * stride + t] = q_r . k_t * qs[r] * ks[t]; q (nq, hd), k (nk, hd). Codes in -127 .. 127. */
  void (*scores)(const int8_t *q, const float *qs, uint32_t nq, const int8_t *k, const float *ks, uint32_t nk, uint32_t hd, float *out, uint32_t stride);
  /* out (nq, hd) += sum over t, in order, of (p[r * stride + t] * vs[t]) * v_t. p is overwritten. */
  void (*weigh)(float *p, uint32_t nq, uint32_t stride, const int8_t *v, const float *vs, uint32_t nk, uint32_t hd, float *out);
  float (*sum_squares)(const float *x, uint32_t n);
  /* x[i] = exp(x[i] - max); returns their sum, *max what was subtracted. n > 0. */
  float (*exps)(float *x, uint32_t n, float *max);
} nk_ops;

/* The best paths that the host has and `mask` allows. */
void nk_ops_init(nk_ops *o, uint32_t mask);
/* Names of one path each; a path returns 0 and leaves the table alone when the build lacks it. */
void nk_ops_scalar(nk_ops *o);
int nk_ops_avx2(nk_ops *o);
int nk_ops_vnni(nk_ops *o);
int nk_ops_neon(nk_ops *o);
int nk_ops_dotprod(nk_ops *o);
uint32_t nk_cpu_flags(void);

float nk_half(uint16_t h);
float nk_expf(float x);
float nk_sum8(const float lane[8]);
#endif
