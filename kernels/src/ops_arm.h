/* The hot loops for ARM, written once; the including file sets order16, dot16 and add16 (int8 dots) and
 * what fits the registers: ROWS (weight rows against one activation), PAIRS (two rows against two), VECS (vectors of values in one pass of weigh). */
#include <arm_neon.h>
#include <string.h>

#define ROUNDER 12582912.0f
#define ROUNDER_BITS 0x4b400000
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 8") /* sums stay in registers only when their loops are gone */

/* No operators on vectors below: for 32-bit ARM the compiler would take them apart. */

INLINE float sum_lanes(float32x4_t lo, float32x4_t hi) {
  float32x4_t a = vaddq_f32(lo, hi);
  float32x2_t b = vadd_f32(vget_low_f32(a), vget_high_f32(a));
  return vget_lane_f32(b, 0) + vget_lane_f32(b, 1);
}

/* b > a ? b : a, so that a NaN at b changes nothing. */
INLINE float32x4_t larger(float32x4_t a, float32x4_t b) { return vbslq_f32(vcgtq_f32(b, a), b, a); }

INLINE float max_lanes(float32x4_t v) {
  float l[4], m;
  vst1q_f32(l, v);
  m = l[0];
  for (int i = 1; i < 4; i++) m = l[i] > m ? l[i] : m;
  return m;
}

/* ---- halves ---- */

#if defined(__aarch64__)
INLINE float32x4_t halves4(const uint8_t *p) { return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(p))); }
INLINE float half_at(const uint8_t *p) {
  __fp16 h;
  memcpy(&h, p, 2);
  return (float)h;
}
#else
/* The first NEON has no such conversion. */
INLINE float32x4_t halves4(const uint8_t *p) {
  uint32x4_t h = vmovl_u16(vreinterpret_u16_u8(vld1_u8(p))), body = vandq_u32(h, vdupq_n_u32(0x7fff));
  uint32x4_t exp = vandq_u32(h, vdupq_n_u32(0x7c00)), sign = vshlq_n_u32(vshrq_n_u32(h, 15), 31);
  uint32x4_t special = vandq_u32(vceqq_u32(exp, vdupq_n_u32(0x7c00)), vdupq_n_u32(112u << 23));
  uint32x4_t normal = vaddq_u32(vaddq_u32(vshlq_n_u32(body, 13), vdupq_n_u32(112u << 23)), special);
  uint32x4_t small = vreinterpretq_u32_f32(vmulq_n_f32(vcvtq_f32_u32(body), 5.9604644775390625e-8f)); /* 2^-24 */
  return vreinterpretq_f32_u32(vorrq_u32(vbslq_u32(vceqq_u32(exp, vdupq_n_u32(0)), small, normal), sign));
}
INLINE float half_at(const uint8_t *p) {
  uint32_t h = (uint32_t)p[0] | (uint32_t)p[1] << 8, exp = h & 0x7c00, u = (h >> 15 << 31) | (((h & 0x7fff) << 13) + (112u << 23));
  float f;
  if (exp == 0 || exp == 0x7c00) return nk_half((uint16_t)h);
  memcpy(&f, &u, 4);
  return f;
}
#endif

/* ---- quantise ---- */

INLINE int32x4_t round4(const float *x, float inv) {
  float32x4_t t = vaddq_f32(vmulq_n_f32(vld1q_f32(x), inv), vdupq_n_f32(ROUNDER));
  return vsubq_s32(vreinterpretq_s32_f32(t), vdupq_n_s32(ROUNDER_BITS));
}

INLINE void quantise_span(const float *x, uint32_t n, int8_t *q, float *s) {
  uint32_t i = 0;
  float32x4_t m = vdupq_n_f32(0);
  for (; i + 4 <= n; i += 4) m = larger(m, vabsq_f32(vld1q_f32(x + i)));
  float max = max_lanes(m);
  for (; i < n; i++) {
    float a = x[i] < 0 ? -x[i] : x[i];
    max = a > max ? a : max;
  }
  float inv = max > 0 ? 127.0f / max : 0;
  *s = max / 127.0f;
  for (i = 0; i + 8 <= n; i += 8) {
    int16x8_t c = vcombine_s16(vqmovn_s32(round4(x + i, inv)), vqmovn_s32(round4(x + i + 4, inv)));
    vst1_s8(q + i, vmax_s8(vqmovn_s16(c), vdup_n_s8(-127)));
  }
  for (; i < n; i++) {
    float t = x[i] * inv + ROUNDER;
    int32_t b;
    memcpy(&b, &t, 4);
    b = (int32_t)((uint32_t)b - ROUNDER_BITS);
    q[i] = (int8_t)(b > 127 ? 127 : b < -127 ? -127 : b);
  }
}

static void quantise(const float *x, uint32_t n, int8_t *q, float *s) {
  for (uint32_t i = 0; i < n; i += 32) quantise_span(x + i, 32, q + i, s + i / 32);
}

static void quantise_head(const float *x, uint32_t n, int8_t *q, float *s) { quantise_span(x, n, q, s); }

/* ---- linear ---- */

/* One block: elements 0 .. 15 and 16 .. 31, each as order16 leaves them. */
typedef struct { int8x16_t lo, hi; } codes;

INLINE codes load_block(const int8_t *p) { return (codes){order16(vld1q_s8(p)), order16(vld1q_s8(p + 16))}; }
INLINE codes codes_q8(const uint8_t *block) { return load_block((const int8_t *)block + 2); }
INLINE codes codes_q4(const uint8_t *block) {
  uint8x16_t b = vreinterpretq_u8_s8(order16(vreinterpretq_s8_u8(vld1q_u8(block + 2))));
  int8x16_t lo = vreinterpretq_s8_u8(vandq_u8(b, vdupq_n_u8(15))), hi = vreinterpretq_s8_u8(vshrq_n_u8(b, 4));
  return (codes){vsubq_s8(lo, vdupq_n_s8(8)), vsubq_s8(hi, vdupq_n_s8(8))};
}

INLINE float32x4_t add_scaled(float32x4_t acc, int32x4_t sums, float dq, float dw) {
  return vaddq_f32(acc, vmulq_n_f32(vmulq_n_f32(vcvtq_f32_s32(sums), dq), dw));
}

/* `rows` weight rows against `acts` activations: each block is unpacked once for all. Larger tiles than these no longer fit the registers. */
#define TILE(name, codes_at, size, rows, acts)                                                                                        \
  INLINE void name(const uint8_t *w, uint32_t nb, const int8_t *q, const float *s, float *out, uint32_t stride) {                     \
    float32x4_t lo[rows][acts], hi[rows][acts];                                                                                       \
    UNROLL for (uint32_t i = 0; i < rows * acts; i++) lo[i / acts][i % acts] = hi[i / acts][i % acts] = vdupq_n_f32(0);               \
    for (uint32_t b = 0; b < nb; b++) {                                                                                               \
      codes x[acts];                                                                                                                  \
      UNROLL for (uint32_t t = 0; t < acts; t++) x[t] = load_block(q + ((uint64_t)t * nb + b) * 32);                                  \
      UNROLL for (uint32_t r = 0; r < rows; r++) {                                                                                    \
        const uint8_t *p = w + ((uint64_t)r * nb + b) * size;                                                                         \
        codes c = codes_at(p);                                                                                                        \
        float d = half_at(p);                                                                                                         \
        UNROLL for (uint32_t t = 0; t < acts; t++) {                                                                                  \
          lo[r][t] = add_scaled(lo[r][t], dot16(c.lo, x[t].lo), s[t * nb + b], d);                                                    \
          hi[r][t] = add_scaled(hi[r][t], dot16(c.hi, x[t].hi), s[t * nb + b], d);                                                    \
        }                                                                                                                             \
      }                                                                                                                               \
    }                                                                                                                                 \
    UNROLL for (uint32_t r = 0; r < rows; r++)                                                                                        \
      UNROLL for (uint32_t t = 0; t < acts; t++) out[(uint64_t)t * stride + r] = sum_lanes(lo[r][t], hi[r][t]);                       \
  }
#define LINEAR(name, codes_at, size)                                                                                                                                  \
  TILE(name##_2_2, codes_at, size, 2, 2)                                                                                                                              \
  TILE(name##_n_1, codes_at, size, ROWS, 1)                                                                                                                           \
  TILE(name##_1_1, codes_at, size, 1, 1)                                                                                                                              \
  static void name(const uint8_t *w, uint32_t rows, uint32_t cols, const int8_t *q, const float *s, uint32_t m, float *out, uint32_t stride) {                        \
    uint32_t nb = cols / 32, r = 0;                                                                                                                                   \
    uint64_t row = (uint64_t)nb * size;                                                                                                                               \
    for (; r + ROWS <= rows; r += ROWS, w += ROWS * row, out += ROWS) {                                                                                               \
      uint32_t t = 0;                                                                                                                                                 \
      for (; PAIRS && t + 2 <= m; t += 2)                                                                                                                             \
        for (uint32_t i = 0; i < ROWS; i += 2) name##_2_2(w + i * row, nb, q + (uint64_t)t * cols, s + (uint64_t)t * nb, out + (uint64_t)t * stride + i, stride);     \
      for (; t < m; t++) name##_n_1(w, nb, q + (uint64_t)t * cols, s + (uint64_t)t * nb, out + (uint64_t)t * stride, stride);                                         \
    }                                                                                                                                                                 \
    for (; r < rows; r++, w += row, out++)                                                                                                                            \
      for (uint32_t t = 0; t < m; t++) name##_1_1(w, nb, q + (uint64_t)t * cols, s + (uint64_t)t * nb, out + (uint64_t)t * stride, stride);                           \
  }
LINEAR(linear_q8, codes_q8, 34)
LINEAR(linear_q4, codes_q4, 18)

static void linear_f16(const uint8_t *w, uint32_t rows, uint32_t cols, const float *x, uint32_t m, float *out, uint32_t stride) {
  for (uint32_t r = 0; r < rows; r++)
    for (uint32_t t = 0; t < m; t++) {
      const uint8_t *p = w + (uint64_t)r * cols * 2;
      const float *xt = x + (uint64_t)t * cols;
      float32x4_t lo = vdupq_n_f32(0), hi = lo;
      uint32_t i = 0;
      for (; i + 8 <= cols; i += 8) {
        lo = vaddq_f32(lo, vmulq_f32(halves4(p + 2 * i), vld1q_f32(xt + i)));
        hi = vaddq_f32(hi, vmulq_f32(halves4(p + 2 * i + 8), vld1q_f32(xt + i + 4)));
      }
      float lane[8];
      vst1q_f32(lane, lo), vst1q_f32(lane + 4, hi);
      for (; i < cols; i++) lane[i % 8] += half_at(p + 2 * i) * xt[i];
      out[(uint64_t)t * stride + r] = nk_sum8(lane);
    }
}

/* ---- attention ---- */

INLINE int32_t dot_plain(const int8_t *q, const int8_t *k, uint32_t hd) {
  int32_t sum = 0;
  for (uint32_t c = 0; c < hd; c++) sum += q[c] * k[c];
  return sum;
}

/* Sums of neighbours: those of a, then those of b. */
INLINE int32x4_t pairs(int32x4_t a, int32x4_t b) {
  return vcombine_s32(vpadd_s32(vget_low_s32(a), vget_high_s32(a)), vpadd_s32(vget_low_s32(b), vget_high_s32(b)));
}

INLINE void scores_row(const int8_t *q, float qs, const int8_t *k, const float *ks, uint32_t nk, uint32_t hd, float *out) {
  uint32_t t = 0;
  for (; hd % 16 == 0 && t + 4 <= nk; t += 4) {
    int32x4_t a[4];
    UNROLL for (uint32_t j = 0; j < 4; j++) a[j] = vdupq_n_s32(0);
    for (uint32_t c = 0; c < hd; c += 16) {
      int8x16_t x = vld1q_s8(q + c);
      UNROLL for (uint32_t j = 0; j < 4; j++) a[j] = add16(a[j], x, vld1q_s8(k + (t + j) * hd + c));
    }
    float32x4_t f = vcvtq_f32_s32(pairs(pairs(a[0], a[1]), pairs(a[2], a[3])));
    vst1q_f32(out + t, vmulq_f32(vmulq_n_f32(f, qs), vld1q_f32(ks + t)));
  }
  for (; t < nk; t++) out[t] = ((float)dot_plain(q, k + t * hd, hd) * qs) * ks[t];
}

/* Keys go by the hundred, so that they stay in L1 while all query rows pass. */
static void scores(const int8_t *q, const float *qs, uint32_t nq, const int8_t *k, const float *ks, uint32_t nk, uint32_t hd, float *out, uint32_t stride) {
  for (uint32_t t = 0; t < nk; t += 128) {
    uint32_t n = nk - t < 128 ? nk - t : 128;
    for (uint32_t r = 0; r < nq; r++) {
      if (hd == 64) scores_row(q + r * 64, qs[r], k + (uint64_t)t * 64, ks + t, n, 64, out + (uint64_t)r * stride + t);
      else scores_row(q + r * hd, qs[r], k + (uint64_t)t * hd, ks + t, n, hd, out + (uint64_t)r * stride + t);
    }
  }
}

#define CHANNELS (4 * VECS)

/* CHANNELS channels of N rows over all t: the sums stay in registers. */
#define WEIGH(name, N)                                                                                                                \
  INLINE void name(const float *p, uint32_t stride, const int8_t *v, uint32_t nk, uint32_t hd, float *out) {                          \
    float32x4_t a[N][VECS], x[VECS];                                                                                                  \
    UNROLL for (uint32_t r = 0; r < N; r++)                                                                                           \
      UNROLL for (uint32_t i = 0; i < VECS; i++) a[r][i] = vld1q_f32(out + r * hd + 4 * i);                                           \
    for (uint32_t t = 0; t < nk; t++, v += hd) {                                                                                      \
      UNROLL for (uint32_t i = 0; i < VECS; i += 2) {                                                                                 \
        int16x8_t c = vmovl_s8(vld1_s8(v + 4 * i));                                                                                   \
        x[i] = vcvtq_f32_s32(vmovl_s16(vget_low_s16(c))), x[i + 1] = vcvtq_f32_s32(vmovl_s16(vget_high_s16(c)));                      \
      }                                                                                                                               \
      UNROLL for (uint32_t r = 0; r < N; r++)                                                                                         \
        UNROLL for (uint32_t i = 0; i < VECS; i++) a[r][i] = vaddq_f32(a[r][i], vmulq_n_f32(x[i], p[(uint64_t)r * stride + t]));      \
    }                                                                                                                                 \
    UNROLL for (uint32_t r = 0; r < N; r++)                                                                                           \
      UNROLL for (uint32_t i = 0; i < VECS; i++) vst1q_f32(out + r * hd + 4 * i, a[r][i]);                                            \
  }
WEIGH(weigh_4, 4)
WEIGH(weigh_2, 2)
WEIGH(weigh_1, 1)

INLINE void scale_row(float *p, const float *vs, uint32_t n) {
  uint32_t t = 0;
  for (; t + 4 <= n; t += 4) vst1q_f32(p + t, vmulq_f32(vld1q_f32(p + t), vld1q_f32(vs + t)));
  for (; t < n; t++) p[t] *= vs[t];
}

static void weigh(float *p, uint32_t nq, uint32_t stride, const int8_t *v, const float *vs, uint32_t nk, uint32_t hd, float *out) {
  uint32_t full = hd / CHANNELS * CHANNELS;
  for (uint32_t r = 0; r < nq; r++) scale_row(p + (uint64_t)r * stride, vs, nk);
  for (uint32_t c = 0; c < full; c += CHANNELS) {
    uint32_t r = 0;
    for (; r + 4 <= nq; r += 4) weigh_4(p + (uint64_t)r * stride, stride, v + c, nk, hd, out + r * hd + c);
    for (; r + 2 <= nq; r += 2) weigh_2(p + (uint64_t)r * stride, stride, v + c, nk, hd, out + r * hd + c);
    for (; r < nq; r++) weigh_1(p + (uint64_t)r * stride, stride, v + c, nk, hd, out + r * hd + c);
  }
  for (uint32_t r = 0; full < hd && r < nq; r++)
    for (uint32_t t = 0; t < nk; t++)
      for (uint32_t c = full; c < hd; c++) out[r * hd + c] += p[(uint64_t)r * stride + t] * (float)v[(uint64_t)t * hd + c];
}

/* ---- norms and softmax ---- */

static float sum_squares(const float *x, uint32_t n) {
  float32x4_t lo = vdupq_n_f32(0), hi = lo;
  float lane[8];
  uint32_t i = 0;
  for (; i + 8 <= n; i += 8) {
    lo = vaddq_f32(lo, vmulq_f32(vld1q_f32(x + i), vld1q_f32(x + i)));
    hi = vaddq_f32(hi, vmulq_f32(vld1q_f32(x + i + 4), vld1q_f32(x + i + 4)));
  }
  vst1q_f32(lane, lo), vst1q_f32(lane + 4, hi);
  for (; i < n; i++) lane[i % 8] += x[i] * x[i];
  return nk_sum8(lane);
}

/* nk_expf, four at a time. */
INLINE float32x4_t exp4(float32x4_t x) {
  float32x4_t top = vdupq_n_f32(88.0f);
  x = larger(vdupq_n_f32(-87.0f), x);
  x = vbslq_f32(vcltq_f32(x, top), x, top);
  float32x4_t t = vaddq_f32(vmulq_n_f32(x, 1.44269504088896341f), vdupq_n_f32(ROUNDER));
  float32x4_t n = vsubq_f32(t, vdupq_n_f32(ROUNDER));
  float32x4_t r = vsubq_f32(vsubq_f32(x, vmulq_n_f32(n, 0.693359375f)), vmulq_n_f32(n, -2.12194440e-4f));
  static const float k[5] = {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f};
  float32x4_t p = vdupq_n_f32(1.9875691500e-4f);
  UNROLL for (int i = 0; i < 5; i++) p = vaddq_f32(vmulq_f32(p, r), vdupq_n_f32(k[i]));
  p = vaddq_f32(vaddq_f32(vmulq_f32(p, vmulq_f32(r, r)), r), vdupq_n_f32(1.0f));
  int32x4_t b = vaddq_s32(vsubq_s32(vreinterpretq_s32_f32(t), vdupq_n_s32(ROUNDER_BITS)), vdupq_n_s32(127));
  return vmulq_f32(p, vreinterpretq_f32_s32(vshlq_n_s32(b, 23)));
}

static float exps(float *x, uint32_t n, float *max) {
  uint32_t i = 0;
  float lane[8], top = x[0];
  if (n >= 4) {
    float32x4_t m = vld1q_f32(x);
    for (i = 4; i + 4 <= n; i += 4) m = larger(m, vld1q_f32(x + i));
    top = max_lanes(m);
  }
  for (; i < n; i++) top = x[i] > top ? x[i] : top;
  float32x4_t lo = vdupq_n_f32(0), hi = lo;
  for (i = 0; i + 8 <= n; i += 8) {
    float32x4_t a = exp4(vsubq_f32(vld1q_f32(x + i), vdupq_n_f32(top))), b = exp4(vsubq_f32(vld1q_f32(x + i + 4), vdupq_n_f32(top)));
    vst1q_f32(x + i, a), vst1q_f32(x + i + 4, b);
    lo = vaddq_f32(lo, a), hi = vaddq_f32(hi, b);
  }
  vst1q_f32(lane, lo), vst1q_f32(lane + 4, hi);
  for (; i < n; i++) lane[i % 8] += x[i] = nk_expf(x[i] - top);
  *max = top;
  return nk_sum8(lane);
}
