/* The tokenizer on the tiny vocabulary; with arguments MODEL.gguf TEXTS it prints ids of each line, for comparison with sentencepiece. */
#include <time.h>

#include "tiny.h"

static nk_model *m;

static void expect(const char *text, const char *want) {
  uint32_t ids[64];
  char got[512] = "";
  size_t n = nk_tokenize(m, text, strlen(text), ids, 64), at = 0;
  for (size_t i = 0; i < n && i < 64; i++) {
    uint32_t len;
    const uint8_t *b = nk_token_bytes(&m->tok, ids[i], &len);
    if (ids[i] >= 272) at += (size_t)snprintf(got + at, sizeof got - at, "%s%.*s", i ? "|" : "", (int)len, (const char *)b);
    else at += (size_t)snprintf(got + at, sizeof got - at, "%s<%u>", i ? "|" : "", ids[i]);
  }
  CHECK(!strcmp(got, want), "\"%s\" became %s, not %s", text, got, want);
}

static void check_speed(void) {
  size_t len = 65536, n;
  char *text = malloc(len);
  uint32_t *ids = malloc((len + 3) * sizeof *ids), seed = 3;
  const char letters[] = "turn light kitchen lamp ";
  for (int kind = 0; kind < 3; kind++) {
    for (size_t i = 0; i < len; i++) text[i] = kind == 0 ? 'a' : kind == 1 ? letters[i % 24] : letters[(tiny_random(&seed) >> 8) % 24];
    clock_t t = clock();
    n = nk_tokenize(m, text, len, ids, len + 3);
    double ms = 1000.0 * (double)(clock() - t) / CLOCKS_PER_SEC;
    CHECK(n > 1000 && ms < 2000, "64 KB of kind %d: %zu ids in %.1f ms", kind, n, ms);
  }
  free(text), free(ids);
}

/* Ids of each line of a file, one line each: JSON arrays. */
static int print_lines(const char *model, const char *texts) {
  FILE *f = fopen(model, "rb");
  tiny_buf b = {0};
  static char line[1 << 17];
  static uint32_t ids[1 << 17];
  size_t n;
  while (f && (n = fread(line, 1, sizeof line, f)) > 0) tiny_put(&b, line, n);
  if (!(m = tiny_open(&b, 0, ~0u, 0))) return 1;
  FILE *t = fopen(texts, "rb");
  while (t && fgets(line, sizeof line, t)) {
    size_t len = strcspn(line, "\n");
    n = nk_tokenize(m, line, len, ids, 1 << 17);
    putchar('[');
    for (size_t i = 0; i < n; i++) printf("%s%u", i ? ", " : "", ids[i]);
    puts("]");
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3) return print_lines(argv[1], argv[2]);
  tiny_spec spec = tiny_default();
  tiny_buf b = tiny_model(&spec, 1);
  m = tiny_open(&b, 0, ~0u, 0);
  CHECK(m, "the tiny model opens");
  if (!m) return tiny_end("check_tokenizer");
  expect("", "");
  expect("   ", "");
  expect("kitchen", " kit|c|he|n"); /* "he" has a better score than "ch" */
  expect("  kitchen   light ", " kit|c|he|n| light");
  expect("turn on", " turn| |on");
  expect("<arg>", " |<76>|a|r|g|<78>"); /* control pieces never come out of text */
  expect("</s>", " |<76>|<63>|s|<78>");
  expect("\xc3\xa9", " |\xc3\xa9");
  expect("\xe2\x82\xac", " |<242>|<146>|<188>"); /* unknown: bytes */
  expect("a\nb", " |a|<26>|b");
  expect("a \xe2\x96\x81", " |a"); /* a literal U+2581 at the end goes, as in sentencepiece */
  CHECK(nk_utf8_valid((const uint8_t *)"a\xc3\xa9\xf0\x9f\x92\xa1", 7), "good UTF-8");
  CHECK(!nk_utf8_valid((const uint8_t *)"\xc0\x80", 2) && !nk_utf8_valid((const uint8_t *)"\xed\xa0\x80", 3) && !nk_utf8_valid((const uint8_t *)"\xe2\x82", 2) &&
            !nk_utf8_valid((const uint8_t *)"\xf4\x90\x80\x80", 4),
        "bad UTF-8");
  check_speed();
  nk_model_free(m);
  free(b.p);
  return tiny_end("check_tokenizer");
}
