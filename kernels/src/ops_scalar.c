/* The oracle: every hot loop in plain C. */
#include "ops.h"

#include <math.h>
#include <string.h>

#define ROUNDER 12582912.0f /* 1.5 * 2^23: adding it rounds half to even, and its bits then hold the integer */
#define ROUNDER_BITS 0x4b400000

float nk_sum8(const float l[8]) { return ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7])); }

float nk_half(uint16_t h) {
  uint32_t sign = (uint32_t)(h >> 15) << 31, exp = h >> 10 & 31, man = h & 1023, u;
  if (exp == 0) {
    float f = (float)man * 5.9604644775390625e-8f; /* 2^-24 */
    return sign ? -f : f;
  }
  u = sign | (exp == 31 ? 255u : exp + 112) << 23 | man << 13;
  float f;
  memcpy(&f, &u, 4);
  return f;
}

static int32_t round_bits(float x) {
  float t = x + ROUNDER;
  int32_t b;
  memcpy(&b, &t, 4);
  return b;
}

/* Wrap-around on purpose: a NaN from hostile weights must stay defined. */
static int32_t round_int(float x) { return (int32_t)((uint32_t)round_bits(x) - ROUNDER_BITS); }

float nk_expf(float x) {
  x = x > -87.0f ? x : -87.0f;
  x = x < 88.0f ? x : 88.0f;
  float t = x * 1.44269504088896341f + ROUNDER, n = t - ROUNDER;
  float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = (p * (r * r) + r) + 1.0f;
  uint32_t b;
  memcpy(&b, &t, 4);
  b = (b - ROUNDER_BITS + 127u) << 23;
  float scale;
  memcpy(&scale, &b, 4);
  return p * scale;
}

static void quantise_head(const float *x, uint32_t n, int8_t *q, float *s) {
  float max = 0;
  for (uint32_t i = 0; i < n; i++) max = fabsf(x[i]) > max ? fabsf(x[i]) : max;
  float inv = max > 0 ? 127.0f / max : 0;
  *s = max / 127.0f;
  for (uint32_t i = 0; i < n; i++) {
    int32_t v = round_int(x[i] * inv);
    q[i] = (int8_t)(v > 127 ? 127 : v < -127 ? -127 : v);
  }
}

static void quantise(const float *x, uint32_t n, int8_t *q, float *s) {
  for (uint32_t i = 0; i < n; i += 32) quantise_head(x + i, 32, q + i, s + i / 32);
}

static void dot_block(const int8_t *w, float dw, const int8_t *q, float dq, float lane[8]) {
  for (int j = 0; j < 8; j++) {
    int32_t sum = 0;
    for (int k = 4 * j; k < 4 * j + 4; k++) sum += w[k] * q[k];
    lane[j] += ((float)sum * dq) * dw;
  }
}

static float load_half(const uint8_t *p) { return nk_half((uint16_t)(p[0] | p[1] << 8)); }

static void linear_q8(const uint8_t *w, uint32_t rows, uint32_t cols, const int8_t *q, const float *s, uint32_t m, float *out, uint32_t stride) {
  uint32_t nb = cols / 32;
  for (uint32_t r = 0; r < rows; r++)
    for (uint32_t t = 0; t < m; t++) {
      float lane[8] = {0};
      for (uint32_t b = 0; b < nb; b++) {
        const uint8_t *p = w + ((uint64_t)r * nb + b) * 34;
        dot_block((const int8_t *)p + 2, load_half(p), q + (uint64_t)t * cols + 32 * b, s[t * nb + b], lane);
      }
      out[(uint64_t)t * stride + r] = nk_sum8(lane);
    }
}

static void linear_q4(const uint8_t *w, uint32_t rows, uint32_t cols, const int8_t *q, const float *s, uint32_t m, float *out, uint32_t stride) {
  uint32_t nb = cols / 32;
  for (uint32_t r = 0; r < rows; r++)
    for (uint32_t t = 0; t < m; t++) {
      float lane[8] = {0};
      for (uint32_t b = 0; b < nb; b++) {
        const uint8_t *p = w + ((uint64_t)r * nb + b) * 18;
        int8_t code[32];
        for (int i = 0; i < 16; i++) code[i] = (int8_t)((p[2 + i] & 15) - 8), code[16 + i] = (int8_t)((p[2 + i] >> 4) - 8);
        dot_block(code, load_half(p), q + (uint64_t)t * cols + 32 * b, s[t * nb + b], lane);
      }
      out[(uint64_t)t * stride + r] = nk_sum8(lane);
    }
}

static void linear_f16(const uint8_t *w, uint32_t rows, uint32_t cols, const float *x, uint32_t m, float *out, uint32_t stride) {
  for (uint32_t r = 0; r < rows; r++)
    for (uint32_t t = 0; t < m; t++) {
      float lane[8] = {0};
      for (uint32_t i = 0; i < cols; i++) lane[i % 8] += load_half(w + ((uint64_t)r * cols + i) * 2) * x[(uint64_t)t * cols + i];
      out[(uint64_t)t * stride + r] = nk_sum8(lane);
    }
}

static void scores(const int8_t *q, const float *qs, uint32_t nq, const int8_t *k, const float *ks, uint32_t nk, uint32_t hd, float *out, uint32_t stride) {
  for (uint32_t r = 0; r < nq; r++)
    for (uint32_t t = 0; t < nk; t++) {
      int32_t sum = 0;
      for (uint32_t c = 0; c < hd; c++) sum += q[r * hd + c] * k[(uint64_t)t * hd + c];
      out[(uint64_t)r * stride + t] = ((float)sum * qs[r]) * ks[t];
    }
}

static void weigh(float *p, uint32_t nq, uint32_t stride, const int8_t *v, const float *vs, uint32_t nk, uint32_t hd, float *out) {
  for (uint32_t r = 0; r < nq; r++)
    for (uint32_t t = 0; t < nk; t++) {
      float pv = p[(uint64_t)r * stride + t] *= vs[t];
      for (uint32_t c = 0; c < hd; c++) out[r * hd + c] += pv * (float)v[(uint64_t)t * hd + c];
    }
}

static float sum_squares(const float *x, uint32_t n) {
  float lane[8] = {0};
  for (uint32_t i = 0; i < n; i++) lane[i % 8] += x[i] * x[i];
  return nk_sum8(lane);
}

static float exps(float *x, uint32_t n, float *max) {
  float lane[8] = {0}, top = x[0];
  for (uint32_t i = 1; i < n; i++) top = x[i] > top ? x[i] : top;
  for (uint32_t i = 0; i < n; i++) lane[i % 8] += x[i] = nk_expf(x[i] - top);
  *max = top;
  return nk_sum8(lane);
}

void nk_ops_scalar(nk_ops *o) {
  *o = (nk_ops){"scalar", quantise, quantise_head, linear_q8, linear_q4, linear_f16, scores, weigh, sum_squares, exps};
}
