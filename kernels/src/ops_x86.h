/* The hot loops for x86, written once; the including file sets dot_add and dot_weights (int8 dots into 8 int32 lanes), vf (WIDE floats) and load_codes (WIDE int8 as floats). */
#include <immintrin.h>
#include <string.h>

#define ROUNDER 12582912.0f
#define ROUNDER_BITS 0x4b400000
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 8") /* sums stay in registers only when their loops are gone */

INLINE __m256i load32(const void *p) { return _mm256_loadu_si256((const __m256i *)p); }

INLINE float sum_lanes(__m256 v) {
  __m128 a = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  a = _mm_add_ps(a, _mm_movehl_ps(a, a));
  return _mm_cvtss_f32(_mm_add_ss(a, _mm_movehdup_ps(a)));
}

INLINE __m256 abs8(__m256 v) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), v); }

INLINE float max_lanes(__m256 v) {
  float l[8], m;
  _mm256_storeu_ps(l, v);
  m = l[0];
  for (int i = 1; i < 8; i++) m = l[i] > m ? l[i] : m;
  return m;
}

INLINE void quantise_block(const float *x, int8_t *q, float *s) {
  __m256 v[4];
  for (int i = 0; i < 4; i++) v[i] = _mm256_loadu_ps(x + 8 * i);
  float max = max_lanes(_mm256_max_ps(_mm256_max_ps(abs8(v[0]), abs8(v[1])), _mm256_max_ps(abs8(v[2]), abs8(v[3]))));
  __m256 inv = _mm256_set1_ps(max > 0 ? 127.0f / max : 0);
  __m256i c[4];
  *s = max / 127.0f;
  for (int i = 0; i < 4; i++) {
    __m256i b = _mm256_castps_si256(_mm256_add_ps(_mm256_mul_ps(v[i], inv), _mm256_set1_ps(ROUNDER)));
    b = _mm256_sub_epi32(b, _mm256_set1_epi32(ROUNDER_BITS));
    c[i] = _mm256_max_epi32(_mm256_min_epi32(b, _mm256_set1_epi32(127)), _mm256_set1_epi32(-127));
  }
  __m256i w = _mm256_packs_epi16(_mm256_packs_epi32(c[0], c[1]), _mm256_packs_epi32(c[2], c[3]));
  _mm256_storeu_si256((__m256i *)q, _mm256_permutevar8x32_epi32(w, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7)));
}

static void quantise(const float *x, uint32_t n, int8_t *q, float *s) {
  for (uint32_t i = 0; i < n; i += 32) quantise_block(x + i, q + i, s + i / 32);
}

/* ---- linear ---- */

INLINE __m256i codes_q8(const uint8_t *block) { return load32(block + 2); }
INLINE __m256i codes_q4(const uint8_t *block) {
  __m128i b = _mm_loadu_si128((const __m128i *)(block + 2));
  __m256i v = _mm256_inserti128_si256(_mm256_castsi128_si256(b), _mm_srli_epi16(b, 4), 1);
  return _mm256_sub_epi8(_mm256_and_si256(v, _mm256_set1_epi8(15)), _mm256_set1_epi8(8));
}

/* One weight row against N activations. */
#define ROW(name, N, codes, size)                                                                                                            \
  INLINE void name(const uint8_t *w, uint32_t nb, const int8_t *q, const float *s, uint32_t cols, uint32_t sb, __m256 *acc) {                \
    for (uint32_t b = 0; b < nb; b++, w += size) {                                                                                           \
      uint16_t h;                                                                                                                            \
      memcpy(&h, w, 2);                                                                                                                      \
      __m256 d = _mm256_set1_ps(_cvtsh_ss(h));                                                                                               \
      __m256i c = codes(w), aux = weight_aux(c);                                                                                             \
      UNROLL for (uint32_t t = 0; t < N; t++) {                                                                                              \
        __m256 f = _mm256_cvtepi32_ps(dot_weights(c, aux, q + (uint64_t)t * cols + 32 * b));                                                 \
        acc[t] = _mm256_add_ps(acc[t], _mm256_mul_ps(_mm256_mul_ps(f, _mm256_set1_ps(s[t * sb + b])), d));                                   \
      }                                                                                                                                      \
    }                                                                                                                                        \
  }
ROW(row4_q8, 4, codes_q8, 34)
ROW(row2_q8, 2, codes_q8, 34)
ROW(row1_q8, 1, codes_q8, 34)
ROW(row4_q4, 4, codes_q4, 18)
ROW(row2_q4, 2, codes_q4, 18)
ROW(row1_q4, 1, codes_q4, 18)

/* Four weight rows against one activation: four independent sums hide the latency of one. */
#define ROWS(name, codes, size)                                                                                                                                  \
  INLINE void name(const uint8_t *w, uint32_t nb, const int8_t *q, const float *s, __m256 *acc) {                                                                \
    for (uint32_t b = 0; b < nb; b++) {                                                                                                                          \
      __m256 dq = _mm256_set1_ps(s[b]);                                                                                                                          \
      UNROLL for (uint32_t r = 0; r < 4; r++) {                                                                                                                  \
        const uint8_t *p = w + ((uint64_t)r * nb + b) * size;                                                                                                    \
        uint16_t h;                                                                                                                                              \
        memcpy(&h, p, 2);                                                                                                                                        \
        __m256i c = codes(p);                                                                                                                                    \
        __m256 f = _mm256_cvtepi32_ps(dot_weights(c, weight_aux(c), q + 32 * b));                                                                                \
        acc[r] = _mm256_add_ps(acc[r], _mm256_mul_ps(_mm256_mul_ps(f, dq), _mm256_set1_ps(_cvtsh_ss(h))));                                                       \
      }                                                                                                                                                          \
    }                                                                                                                                                            \
  }
ROWS(rows4_q8, codes_q8, 34)
ROWS(rows4_q4, codes_q4, 18)

#define TAKE(N, fn)                                                                          \
  for (; t + N <= m; t += N) {                                                               \
    __m256 acc[N];                                                                           \
    UNROLL for (int i = 0; i < N; i++) acc[i] = _mm256_setzero_ps();                                \
    fn(row, nb, q + (uint64_t)t * cols, s + (uint64_t)t * nb, cols, nb, acc);                \
    UNROLL for (uint32_t i = 0; i < N; i++) out[(uint64_t)(t + i) * stride + r] = sum_lanes(acc[i]); \
  }
#define LINEAR(name, size, r4, r2, r1, four)                                                                                                                     \
  static void name(const uint8_t *w, uint32_t rows, uint32_t cols, const int8_t *q, const float *s, uint32_t m, float *out, uint32_t stride) {                   \
    uint32_t nb = cols / 32, r = 0;                                                                                                                              \
    for (; m == 1 && r + 4 <= rows; r += 4) {                                                                                                                    \
      __m256 acc[4];                                                                                                                                             \
      UNROLL for (int i = 0; i < 4; i++) acc[i] = _mm256_setzero_ps();                                                                                           \
      four(w + (uint64_t)r * nb * size, nb, q, s, acc);                                                                                                          \
      UNROLL for (uint32_t i = 0; i < 4; i++) out[r + i] = sum_lanes(acc[i]);                                                                                    \
    }                                                                                                                                                            \
    for (; r < rows; r++) {                                                                                                                                      \
      const uint8_t *row = w + (uint64_t)r * nb * size;                                                                                                          \
      uint32_t t = 0;                                                                                                                                            \
      TAKE(4, r4)                                                                                                                                                \
      TAKE(2, r2)                                                                                                                                                \
      TAKE(1, r1)                                                                                                                                                \
    }                                                                                                                                                            \
  }
LINEAR(linear_q8, 34, row4_q8, row2_q8, row1_q8, rows4_q8)
LINEAR(linear_q4, 18, row4_q4, row2_q4, row1_q4, rows4_q4)

static void linear_f16(const uint8_t *w, uint32_t rows, uint32_t cols, const float *x, uint32_t m, float *out, uint32_t stride) {
  for (uint32_t r = 0; r < rows; r++)
    for (uint32_t t = 0; t < m; t++) {
      const uint8_t *p = w + (uint64_t)r * cols * 2;
      const float *xt = x + (uint64_t)t * cols;
      __m256 acc = _mm256_setzero_ps();
      uint32_t i = 0;
      for (; i + 8 <= cols; i += 8)
        acc = _mm256_add_ps(acc, _mm256_mul_ps(_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p + 2 * i))), _mm256_loadu_ps(xt + i)));
      float lane[8];
      _mm256_storeu_ps(lane, acc);
      for (; i < cols; i++) {
        uint16_t h;
        memcpy(&h, p + 2 * i, 2);
        lane[i % 8] += _cvtsh_ss(h) * xt[i];
      }
      out[(uint64_t)t * stride + r] = nk_sum8(lane);
    }
}

/* ---- attention ---- */

INLINE __m256i dot_head(const int8_t *q, const int8_t *k, uint32_t hd) {
  __m256i acc = _mm256_setzero_si256();
  for (uint32_t c = 0; c < hd; c += 32) {
    __m256i x = load32(q + c);
    acc = dot_add(acc, _mm256_abs_epi8(x), _mm256_sign_epi8(load32(k + c), x));
  }
  return acc;
}

INLINE int32_t dot_plain(const int8_t *q, const int8_t *k, uint32_t hd) {
  int32_t sum = 0;
  for (uint32_t c = 0; c < hd; c++) sum += q[c] * k[c];
  return sum;
}

INLINE void scores_row(const int8_t *q, float qs, const int8_t *k, const float *ks, uint32_t nk, uint32_t hd, float *out) {
  uint32_t t = 0;
  for (; hd % 32 == 0 && t + 4 <= nk; t += 4) {
    __m256i a = _mm256_hadd_epi32(dot_head(q, k + t * hd, hd), dot_head(q, k + (t + 1) * hd, hd));
    __m256i b = _mm256_hadd_epi32(dot_head(q, k + (t + 2) * hd, hd), dot_head(q, k + (t + 3) * hd, hd));
    a = _mm256_hadd_epi32(a, b);
    __m128 f = _mm_cvtepi32_ps(_mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1)));
    _mm_storeu_ps(out + t, _mm_mul_ps(_mm_mul_ps(f, _mm_set1_ps(qs)), _mm_loadu_ps(ks + t)));
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

/* 2 * WIDE channels of N rows over all t: the sums stay in registers. */
#define WEIGH(name, N)                                                                                                          \
  INLINE void name(const float *p, uint32_t stride, const int8_t *v, uint32_t nk, uint32_t hd, float *out) {                     \
    vf a[N], b[N];                                                                                                              \
    UNROLL for (uint32_t r = 0; r < N; r++) memcpy(&a[r], out + r * hd, sizeof a[r]), memcpy(&b[r], out + r * hd + WIDE, sizeof b[r]);  \
    for (uint32_t t = 0; t < nk; t++, v += hd) {                                                                                \
      vf x = load_codes(v), y = load_codes(v + WIDE);                                                                           \
      UNROLL for (uint32_t r = 0; r < N; r++) {                                                                                        \
        float f = p[(uint64_t)r * stride + t];                                                                                  \
        a[r] += f * x;                                                                                                          \
        b[r] += f * y;                                                                                                          \
      }                                                                                                                         \
    }                                                                                                                           \
    UNROLL for (uint32_t r = 0; r < N; r++) memcpy(out + r * hd, &a[r], sizeof a[r]), memcpy(out + r * hd + WIDE, &b[r], sizeof b[r]);  \
  }
WEIGH(weigh_n, WEIGH_ROWS)
WEIGH(weigh_2, 2)
WEIGH(weigh_1, 1)

INLINE void scale_row(float *p, const float *vs, uint32_t n) {
  uint32_t t = 0;
  for (; t + 8 <= n; t += 8) _mm256_storeu_ps(p + t, _mm256_mul_ps(_mm256_loadu_ps(p + t), _mm256_loadu_ps(vs + t)));
  for (; t < n; t++) p[t] *= vs[t];
}

static void weigh(float *p, uint32_t nq, uint32_t stride, const int8_t *v, const float *vs, uint32_t nk, uint32_t hd, float *out) {
  uint32_t full = hd / (2 * WIDE) * (2 * WIDE);
  for (uint32_t r = 0; r < nq; r++) scale_row(p + (uint64_t)r * stride, vs, nk);
  for (uint32_t c = 0; c < full; c += 2 * WIDE) {
    uint32_t r = 0;
    for (; r + WEIGH_ROWS <= nq; r += WEIGH_ROWS) weigh_n(p + (uint64_t)r * stride, stride, v + c, nk, hd, out + r * hd + c);
    for (; r + 2 <= nq; r += 2) weigh_2(p + (uint64_t)r * stride, stride, v + c, nk, hd, out + r * hd + c);
    for (; r < nq; r++) weigh_1(p + (uint64_t)r * stride, stride, v + c, nk, hd, out + r * hd + c);
  }
  for (uint32_t r = 0; full < hd && r < nq; r++)
    for (uint32_t t = 0; t < nk; t++)
      for (uint32_t c = full; c < hd; c++) out[r * hd + c] += p[(uint64_t)r * stride + t] * (float)v[(uint64_t)t * hd + c];
}

static float sum_squares(const float *x, uint32_t n) {
  __m256 acc = _mm256_setzero_ps();
  float lane[8];
  uint32_t i = 0;
  for (; i + 8 <= n; i += 8) acc = _mm256_add_ps(acc, _mm256_mul_ps(_mm256_loadu_ps(x + i), _mm256_loadu_ps(x + i)));
  _mm256_storeu_ps(lane, acc);
  for (; i < n; i++) lane[i % 8] += x[i] * x[i];
  return nk_sum8(lane);
}

/* nk_expf, eight at a time. */
INLINE __m256 exp8(__m256 x) {
  x = _mm256_min_ps(_mm256_max_ps(x, _mm256_set1_ps(-87.0f)), _mm256_set1_ps(88.0f));
  __m256 t = _mm256_add_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504088896341f)), _mm256_set1_ps(ROUNDER));
  __m256 n = _mm256_sub_ps(t, _mm256_set1_ps(ROUNDER));
  __m256 r = _mm256_sub_ps(x, _mm256_mul_ps(n, _mm256_set1_ps(0.693359375f)));
  r = _mm256_sub_ps(r, _mm256_mul_ps(n, _mm256_set1_ps(-2.12194440e-4f)));
  static const float k[5] = {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f};
  __m256 p = _mm256_set1_ps(1.9875691500e-4f);
  for (int i = 0; i < 5; i++) p = _mm256_add_ps(_mm256_mul_ps(p, r), _mm256_set1_ps(k[i]));
  p = _mm256_add_ps(_mm256_add_ps(_mm256_mul_ps(p, _mm256_mul_ps(r, r)), r), _mm256_set1_ps(1.0f));
  __m256i b = _mm256_add_epi32(_mm256_sub_epi32(_mm256_castps_si256(t), _mm256_set1_epi32(ROUNDER_BITS)), _mm256_set1_epi32(127));
  return _mm256_mul_ps(p, _mm256_castsi256_ps(_mm256_slli_epi32(b, 23)));
}

static float exps(float *x, uint32_t n, float *max) {
  uint32_t i = 0;
  float lane[8], top = x[0];
  if (n >= 8) {
    __m256 m = _mm256_loadu_ps(x);
    for (i = 8; i + 8 <= n; i += 8) m = _mm256_max_ps(m, _mm256_loadu_ps(x + i));
    top = max_lanes(m);
  }
  for (; i < n; i++) top = x[i] > top ? x[i] : top;
  __m256 acc = _mm256_setzero_ps();
  for (i = 0; i + 8 <= n; i += 8) {
    __m256 e = exp8(_mm256_sub_ps(_mm256_loadu_ps(x + i), _mm256_set1_ps(top)));
    _mm256_storeu_ps(x + i, e);
    acc = _mm256_add_ps(acc, e);
  }
  _mm256_storeu_ps(lane, acc);
  for (; i < n; i++) lane[i % 8] += x[i] = nk_expf(x[i] - top);
  *max = top;
  return nk_sum8(lane);
}

/* Its own loop, not quantise_block's: a head has one scale and may be no multiple of 32. */
static void quantise_head(const float *x, uint32_t n, int8_t *q, float *s) {
  float max = 0;
  uint32_t i = 0;
  if (n >= 8) {
    __m256 m = _mm256_setzero_ps();
    for (; i + 8 <= n; i += 8) m = _mm256_max_ps(m, abs8(_mm256_loadu_ps(x + i)));
    max = max_lanes(m);
  }
  for (; i < n; i++) {
    float a = x[i] < 0 ? -x[i] : x[i];
    max = a > max ? a : max;
  }
  float inv = max > 0 ? 127.0f / max : 0;
  *s = max / 127.0f;
  for (i = 0; i < n; i++) {
    float t = x[i] * inv + ROUNDER;
    int32_t b;
    memcpy(&b, &t, 4);
    b = (int32_t)((uint32_t)b - ROUNDER_BITS);
    q[i] = (int8_t)(b > 127 ? 127 : b < -127 ? -127 : b);
  }
}
