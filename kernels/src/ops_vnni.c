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
