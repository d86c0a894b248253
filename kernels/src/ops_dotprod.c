/* 64-bit ARM with the dot product instructions: sums of four int8 products in one. */
#include "ops.h"

#if defined(__aarch64__)
#if !defined(__ARM_FEATURE_DOTPROD)
#error "compile with -march=armv8.2-a+dotprod"
#endif
#include <arm_neon.h>
#define ROWS 4
#define PAIRS 1
#define VECS 4

static inline __attribute__((always_inline)) int8x16_t order16(int8x16_t v) { return v; }
static inline __attribute__((always_inline)) int32x4_t add16(int32x4_t acc, int8x16_t a, int8x16_t b) { return vdotq_s32(acc, a, b); }
static inline __attribute__((always_inline)) int32x4_t dot16(int8x16_t w, int8x16_t x) { return vdotq_s32(vdupq_n_s32(0), w, x); }
#include "ops_arm.h"

int nk_ops_dotprod(nk_ops *o) {
  *o = (nk_ops){"dotprod", quantise, quantise_head, linear_q8, linear_q4, linear_f16, scores, weigh, sum_squares, exps};
  return 1;
}
#else
int nk_ops_dotprod(nk_ops *o) { return (void)o, 0; }
#endif
