/* Damaged model files: refused with a message, never a crash (run it under the sanitizers too: make asan). */
#include "tiny.h"

static tiny_spec spec;
static tiny_buf good;

/* The same bytes at the very end of an allocation, so that one byte too far is seen. Returns whether it was refused with a message. */
static int refused(const uint8_t *p, size_t n, char err[200]) {
  uint8_t *copy = malloc(n ? n : 1);
  nk_model *m = NULL;
  memcpy(copy, p, n);
  err[0] = 0;
  nk_status s = nk_model_open(copy, n, NULL, &m, err, 200);
  int ok = s != NK_ok && !m && err[0];
  if (m) nk_model_free(m);
  free(copy);
  return ok;
}

static uint64_t get(const uint8_t *p, int n) {
  uint64_t v = 0;
  for (int i = 0; i < n; i++) v |= (uint64_t)p[i] << (8 * i);
  return v;
}
static void set(uint8_t *p, int n, uint64_t v) {
  for (int i = 0; i < n; i++) p[i] = (uint8_t)(v >> (8 * i));
}

/* Values that hurt counts, lengths, dimensions and offsets. */
static void damage_numbers(void) {
  static const uint64_t bad[] = {0, 1, 7, 0x7fffffff, 0xffffffff, 0x100000000ull, 0x7fffffffffffffffull, 0xffffffffffffffffull, 0x2000000000000001ull};
  char err[200];
  int n = 0;
  for (size_t f = 0; f < spec.n_fields; f++) {
    uint8_t *p = good.p + spec.field[f];
    int kind = spec.field_kind[f], width = kind == 't' || kind == 'v' || (kind == 'd' && get(p, 4) < 3 && get(p, 8) > 0xffffffff) ? 4 : 8;
    if (kind == 's' || kind == 'v') continue;
    uint64_t was = get(p, width);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
      uint64_t v = width == 4 ? bad[i] & 0xffffffff : bad[i];
      if (v == was) continue;
      set(p, width, v);
      CHECK(refused(good.p, good.n, err), "field %zu (%c) at %zu = %llu was taken", f, kind, spec.field[f], (unsigned long long)v);
      n++;
    }
    set(p, width, was);
  }
  printf("check_gguf: %d damaged numbers\n", n);
}

/* Keys that are missing (renamed) and values that are out of bounds. */
static void damage_keys(void) {
  char err[200];
  for (size_t f = 0; f + 1 < spec.n_fields; f++) {
    if (spec.field_kind[f] != 'l' || get(good.p + spec.field[f], 8) < 9) continue;
    uint8_t *p = good.p + spec.field[f] + 8, was = p[3];
    p[3] = '~';
    CHECK(refused(good.p, good.n, err), "name %zu renamed was taken: %.20s", f, (const char *)p);
    p[3] = was;
  }
}

/* Scalar values: nan, infinity, huge; not all of them are out of bounds for every key, a crash is what is looked for. */
static void damage_values(void) {
  static const uint32_t bad[] = {0xffffffff, 0x7fc00000, 0x7f800000, 0x80000000, 0x7fffffff, 0};
  char err[200];
  int no = 0;
  for (size_t f = 0; f < spec.n_fields; f++) {
    if (spec.field_kind[f] != 'v') continue;
    uint8_t *p = good.p + spec.field[f], was[4];
    memcpy(was, p, 4);
    for (size_t i = 0; i < 6; i++) {
      set(p, 4, bad[i]);
      no += refused(good.p, good.n, err);
    }
    memcpy(p, was, 4);
  }
  CHECK(no > 120, "only %d damaged values were refused", no);
}

static void truncate_everywhere(void) {
  char err[200];
  size_t head = spec.field[spec.n_fields - 1], n = 0; /* the last mark is where the weights begin */
  for (size_t i = 0; i < good.n; i += i < head ? 1 : 997, n++)
    if (!refused(good.p, i, err)) CHECK(0, "the first %zu bytes alone were taken", i);
  CHECK(n > 1000, "%zu lengths", n);
  uint8_t *longer = calloc(1, good.n + 64);
  memcpy(longer, good.p, good.n);
  CHECK(refused(longer, good.n + 64, err), "bytes after the end were taken");
  free(longer);
}

/* One bit at a time over the header; most are refused, some only change a name or a score. */
static void flip_bits(void) {
  char err[200];
  size_t head = spec.field[spec.n_fields - 1], no = 0, n = 0;
  for (size_t i = 0; i < head; i += i < 3000 ? 1 : 13) {
    int bit = (int)(i * 7 % 8);
    good.p[i] ^= (uint8_t)(1 << bit);
    no += (size_t)refused(good.p, good.n, err);
    n++;
    good.p[i] ^= (uint8_t)(1 << bit);
  }
  CHECK(no > n / 2, "%zu of %zu flips refused", no, n);
  printf("check_gguf: %zu of %zu bit flips of the header refused\n", no, n);
}

static void damage_scales(void) {
  char err[200] = "";
  size_t data = spec.field[spec.n_fields - 1];
  uint8_t was = good.p[data + 1];
  good.p[data + 1] = 0x7c;
  CHECK(refused(good.p, good.n, err) && strstr(err, "token_embd.weight"), "an infinite scale: \"%s\"", err);
  good.p[data + 1] = was;
}

int main(void) {
  char err[200];
  for (int type = 0; type < 2; type++) {
    spec = tiny_default();
    spec.type = type ? GGML_F16 : GGML_Q8_0;
    spec.d = 32, spec.heads = 2, spec.kv = 1, spec.hd = 16, spec.enc = 1, spec.dec = 1;
    good = tiny_model(&spec, 5);
    CHECK(!refused(good.p, good.n, err), "the undamaged file was refused: %s", err);
    damage_numbers();
    damage_keys();
    damage_values();
    damage_scales();
    if (!type) truncate_everywhere(), flip_bits();
    CHECK(!refused(good.p, good.n, err), "the repaired file was refused: %s", err);
    free(good.p);
  }
  return tiny_end("check_gguf");
}
