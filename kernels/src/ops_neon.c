/* ARM with NEON: every aarch64, and armv7 where the kernel reports it. */
#include "ops.h"

#if defined(__aarch64__) || defined(__arm__)
#if !defined(__ARM_NEON)
#error "compile with -march=armv7-a -mfpu=neon"
#endif
#include <arm_neon.h>

#if defined(__aarch64__) /* 32 registers, else 16 */
#define ROWS 4
#define PAIRS 1
#define VECS 4
/* Elements 4j and 4j+1 to the low half, 4j+2 and 4j+3 to the high one: what a lane sums then lies one above the other. */
static inline __attribute__((always_inline)) int8x16_t order16(int8x16_t v) {
  static const uint8_t at[16] = {0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15};
  return vqtbl1q_s8(v, vld1q_u8(at));
}
static inline __attribute__((always_inline)) int16x8_t products(int8x16_t w, int8x16_t x) { return vmlal_high_s8(vmull_s8(vget_low_s8(w), vget_low_s8(x)), w, x); }
#else
#define ROWS 2
#define PAIRS 0
#define VECS 2
static inline __attribute__((always_inline)) int8x16_t order16(int8x16_t v) {
  int16x4x2_t u = vuzp_s16(vget_low_s16(vreinterpretq_s16_s8(v)), vget_high_s16(vreinterpretq_s16_s8(v)));
  return vreinterpretq_s8_s16(vcombine_s16(u.val[0], u.val[1]));
}
static inline __attribute__((always_inline)) int16x8_t products(int8x16_t w, int8x16_t x) { return vmlal_s8(vmull_s8(vget_low_s8(w), vget_low_s8(x)), vget_high_s8(w), vget_high_s8(x)); }
#endif

/* One side in -128 .. 127, the other in -127 .. 127: two products fit int16. Both as order16 leaves them: lane j is the sum of elements 4j .. 4j+3. */
static inline __attribute__((always_inline)) int32x4_t dot16(int8x16_t w, int8x16_t x) { return vpaddlq_s16(products(w, x)); }
/* Any order that both sides share; only the sum of all lanes counts. */
static inline __attribute__((always_inline)) int32x4_t add16(int32x4_t acc, int8x16_t a, int8x16_t b) { return vpadalq_s16(acc, products(a, b)); }
#include "ops_arm.h"

int nk_ops_neon(nk_ops *o) {
  *o = (nk_ops){"neon", quantise, quantise_head, linear_q8, linear_q4, linear_f16, scores, weigh, sum_squares, exps};
  return 1;
}
#else
int nk_ops_neon(nk_ops *o) { return (void)o, 0; }
#endif
