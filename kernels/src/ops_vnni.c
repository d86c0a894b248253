/* x86 with AVX-512 VNNI: int8 dots in one instruction, 16 channels of values at once. */
#include "ops.h"

#if defined(__x86_64__)
#if !defined(__AVX512VNNI__) || !defined(__AVX512VL__) || !defined(__AVX512BW__)
#error "compile with -mavx512vnni -mavx512vl -mavx512bw -mavx512dq"
#endif
#include <immintrin.h>
#define WIDE 16
#define WEIGH_ROWS 8

static inline __attribute__((always_inline)) __m256i dot_add(__m256i acc, __m256i a, __m256i x) { return _mm256_dpbusd_epi32(acc, a, x); }
/* The instruction wants one side unsigned: activations + 128, and what that adds is taken off at the start. */
static inline __attribute__((always_inline)) __m256i weight_aux(__m256i c) {
  __m256i zero = _mm256_setzero_si256();
  return _mm256_sub_epi32(zero, _mm256_dpbusd_epi32(zero, _mm256_set1_epi8(-128), c));
}
static inline __attribute__((always_inline)) __m256i dot_weights(__m256i c, __m256i aux, const int8_t *q) {
  return _mm256_dpbusd_epi32(aux, _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(const void *)q), _mm256_set1_epi8(-128)), c);
}
typedef __m512 vf;
static inline __attribute__((always_inline)) vf load_codes(const int8_t *v) { return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(const void *)v))); }
#include "ops_x86.h"

int nk_ops_vnni(nk_ops *o) {
  *o = (nk_ops){"avx512vnni", quantise, quantise_head, linear_q8, linear_q4, linear_f16, scores, weigh, sum_squares, exps};
  return 1;
}
#else
int nk_ops_vnni(nk_ops *o) { return (void)o, 0; }
#endif
