/* x86 with AVX2 and F16C. */
#include "ops.h"

#if defined(__x86_64__)
#if !defined(__AVX2__) || !defined(__F16C__)
#error "compile with -mavx2 -mf16c"
#endif
#include <immintrin.h>
#define WIDE 8
#define WEIGH_ROWS 4

/* a unsigned up to 128, x in -127 .. 127: two products fit int16. */
static inline __attribute__((always_inline)) __m256i dot_add(__m256i acc, __m256i a, __m256i x) {
  return _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_maddubs_epi16(a, x), _mm256_set1_epi16(1)));
}
/* One block of weights c against one of activations; aux serves all activations. */
static inline __attribute__((always_inline)) __m256i weight_aux(__m256i c) { return _mm256_abs_epi8(c); }
static inline __attribute__((always_inline)) __m256i dot_weights(__m256i c, __m256i aux, const int8_t *q) {
  __m256i x = _mm256_sign_epi8(_mm256_loadu_si256((const __m256i *)(const void *)q), c);
  return _mm256_madd_epi16(_mm256_maddubs_epi16(aux, x), _mm256_set1_epi16(1));
}
typedef __m256 vf;
static inline __attribute__((always_inline)) vf load_codes(const int8_t *v) { return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)v))); }
#include "ops_x86.h"

int nk_ops_avx2(nk_ops *o) {
  *o = (nk_ops){"avx2", quantise, quantise_head, linear_q8, linear_q4, linear_f16, scores, weigh, sum_squares, exps};
  return 1;
}
#else
int nk_ops_avx2(nk_ops *o) { return (void)o, 0; }
#endif
