/* Logits of the reference implementation (training/) against nk_logits in f32 mode, to 1e-4. */
#include <dirent.h>
#include <math.h>

#include "tiny.h"

#define DIR_DEFAULT "../test/vectors/golden"

typedef struct { const uint8_t *p, *end; int bad; } reader;

static const uint8_t *take(reader *r, size_t n) {
  if ((size_t)(r->end - r->p) < n) {
    r->bad = 1;
    return NULL;
  }
  r->p += n;
  return r->p - n;
}
static uint32_t u32(reader *r) {
  const uint8_t *p = take(r, 4);
  return p ? nk_le32(p) : 0;
}

static uint8_t *slurp(const char *path, size_t *n) {
  FILE *f = fopen(path, "rb");
  if (!f) return NULL;
  fseek(f, 0, SEEK_END);
  long size = ftell(f);
  rewind(f);
  uint8_t *p = malloc((size_t)size + 1);
  *n = fread(p, 1, (size_t)size, f);
  fclose(f);
  return p;
}

/* Largest difference of one case; negative when the engine refused it. */
static double run_case(nk_model *m, reader *r, double *quant) {
  uint64_t block[64];
  uint32_t tokens, n, v, qlen, ids[4096];
  int fresh;
  const uint8_t *h = take(r, 2);
  uint32_t blocks = h ? (uint32_t)(h[0] | h[1] << 8) : 0;
  if (blocks > 64) return -2;
  for (uint32_t i = 0; i < blocks; i++) {
    const uint8_t *kind = take(r, 1);
    uint32_t len = u32(r);
    const uint8_t *text = take(r, len);
    if (r->bad || nk_block_register(m, kind[0], (const char *)text, len, &block[i], &tokens, &fresh)) return -1;
  }
  qlen = u32(r);
  const uint8_t *query = take(r, qlen);
  n = u32(r);
  if (r->bad || n > 4096) return -2;
  for (uint32_t i = 0; i < n; i++) ids[i] = u32(r);
  v = u32(r);
  if (v != nk_model_info(m)->vocab) return -3;
  const uint8_t *want = take(r, (size_t)n * v * 4);
  float *out = malloc((size_t)n * v * 4 + 4);
  double worst = want ? 0 : -2, sum = 0;
  if (want && nk_logits(m, block, (uint16_t)blocks, (const char *)query, qlen, ids, n, out)) worst = -4;
  for (size_t i = 0; worst >= 0 && i < (size_t)n * v; i++) {
    double d = fabs((double)out[i] - (double)nk_lef32(want + 4 * i));
    worst = d > worst || isnan(d) ? d : worst;
    sum += d;
  }
  *quant = sum / ((double)n * v);
  free(out);
  return worst;
}

static void run_file(const char *dir, const char *name, int f32, uint32_t mask) {
  char path[512], err[256] = "";
  size_t ng = 0, nb = 0;
  nk_options opt = {.use_f32 = f32, .cpu_mask = mask, .cache_bytes = 64u << 20};
  nk_model *m = NULL;
  snprintf(path, sizeof path, "%s/%s.gguf", dir, name);
  uint8_t *g = slurp(path, &ng);
  snprintf(path, sizeof path, "%s/%s.bin", dir, name);
  uint8_t *b = slurp(path, &nb);
  CHECK(g && b, "%s: files missing", name);
  if (g && b && !nk_model_open(g, ng, &opt, &m, err, sizeof err)) {
    reader r = {b, b + nb, 0};
    uint32_t cases = u32(&r);
    for (uint32_t i = 0; i < cases && !r.bad; i++) {
      double mean = 0, worst = run_case(m, &r, &mean);
      CHECK(worst >= 0 && worst < (f32 ? 1e-4 : 1.0), "%s case %u: %g", name, i, worst);
      printf("%s %s case %u: worst %.2e mean %.2e\n", nk_model_isa(m), name, i, worst, mean);
    }
  } else
    CHECK(0, "%s: %s", name, err);
  nk_model_free(m);
  free(g);
  free(b);
}

int main(int argc, char **argv) {
  const char *path = argc > 1 ? argv[1] : DIR_DEFAULT;
  uint32_t masks[TINY_PATHS], paths = tiny_paths(masks);
  DIR *dir = opendir(path);
  struct dirent *d;
  if (!dir) {
    printf("check_golden: skipped, there is no %s\n", path);
    return 0;
  }
  while ((d = readdir(dir))) {
    char name[256];
    size_t n = strlen(d->d_name);
    if (n < 6 || n > 200 || strcmp(d->d_name + n - 5, ".gguf")) continue;
    snprintf(name, sizeof name, "%.*s", (int)n - 5, d->d_name);
    run_file(path, name, 1, ~0u);
    for (uint32_t i = 0; i < paths; i++) run_file(path, name, 0, masks[i]);
  }
  closedir(dir);
  if (!tiny_passed && !tiny_failed) printf("check_golden: skipped, there is no *.gguf in %s\n", path);
  return tiny_end("check_golden");
}
