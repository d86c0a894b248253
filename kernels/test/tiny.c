/* A small valid model in memory, and what tests share. */
#include "tiny.h"

#include <math.h>

int tiny_passed, tiny_failed;

int tiny_end(const char *name) {
  printf("%s: %d passed, %d failed\n", name, tiny_passed, tiny_failed);
  return tiny_failed != 0;
}

uint32_t tiny_random(uint32_t *s) {
  *s ^= *s << 13;
  *s ^= *s >> 17;
  *s ^= *s << 5;
  return *s * 2654435761u;
}

float tiny_normal(uint32_t *s) {
  float sum = 0;
  for (int i = 0; i < 12; i++) sum += (float)(tiny_random(s) >> 8) / 16777216.0f;
  return sum - 6;
}

void tiny_put(tiny_buf *b, const void *p, size_t n) {
  while (b->n + n > b->cap) b->p = realloc(b->p, b->cap = b->cap ? b->cap * 2 : 4096);
  if (n) memcpy(b->p + b->n, p, n);
  b->n += n;
}
void tiny_u8(tiny_buf *b, uint32_t v) { tiny_put(b, &(uint8_t){(uint8_t)v}, 1); }
void tiny_u16(tiny_buf *b, uint32_t v) { tiny_u8(b, v & 255), tiny_u8(b, v >> 8); }
void tiny_u32(tiny_buf *b, uint32_t v) { tiny_u16(b, v & 65535), tiny_u16(b, v >> 16); }
void tiny_u64(tiny_buf *b, uint64_t v) { tiny_u32(b, (uint32_t)v), tiny_u32(b, (uint32_t)(v >> 32)); }
void tiny_f32(tiny_buf *b, float v) {
  uint32_t u;
  memcpy(&u, &v, 4);
  tiny_u32(b, u);
}
void tiny_s16(tiny_buf *b, const char *s) {
  tiny_u16(b, (uint32_t)strlen(s));
  tiny_put(b, s, strlen(s));
}

/* Round to nearest is not needed here: truncation gives a valid half. */
uint16_t tiny_half(float f) {
  uint32_t u;
  memcpy(&u, &f, 4);
  int32_t exp = (int32_t)(u >> 23 & 255) - 112;
  if (exp <= 0) return (uint16_t)(u >> 16 & 0x8000);
  if (exp > 30) exp = 30;
  return (uint16_t)((u >> 16 & 0x8000) | (uint32_t)exp << 10 | (u >> 13 & 1023));
}

void tiny_quantise(tiny_buf *out, uint32_t type, const float *w, size_t n) {
  for (size_t i = 0; type == GGML_F16 && i < n; i++) tiny_u16(out, tiny_half(w[i]));
  for (size_t i = 0; type != GGML_F16 && i < n; i += 32) {
    float max = 0, levels = type == GGML_Q8_0 ? 127 : 7;
    int code[32];
    for (int k = 0; k < 32; k++) max = fabsf(w[i + k]) > max ? fabsf(w[i + k]) : max;
    uint16_t h = tiny_half(max / levels);
    float d = nk_half(h);
    for (int k = 0; k < 32; k++) {
      float v = d > 0 ? rintf(w[i + k] / d) : 0;
      code[k] = (int)(v > levels ? levels : v < -levels ? -levels : v);
    }
    tiny_u16(out, h);
    for (int k = 0; type == GGML_Q8_0 && k < 32; k++) tiny_u8(out, (uint8_t)code[k]);
    for (int k = 0; type == GGML_Q4_0 && k < 16; k++) tiny_u8(out, (uint32_t)((code[k] + 8) | (code[k + 16] + 8) << 4));
  }
}

/* ---- the file ---- */

static void mark(tiny_spec *s, const tiny_buf *b, char kind) {
  if (s->n_fields == 512) return;
  s->field[s->n_fields] = b->n;
  s->field_kind[s->n_fields++] = (uint8_t)kind;
}

static void key(tiny_spec *s, tiny_buf *b, const char *name, uint32_t type) {
  mark(s, b, 'l');
  tiny_u64(b, strlen(name));
  tiny_put(b, name, strlen(name));
  mark(s, b, 't');
  tiny_u32(b, type);
  if (type != GGUF_ARRAY) mark(s, b, 'v');
}
static void key_u32(tiny_spec *s, tiny_buf *b, const char *name, uint32_t v) { key(s, b, name, GGUF_U32), tiny_u32(b, v); }
static void key_f32(tiny_spec *s, tiny_buf *b, const char *name, float v) { key(s, b, name, GGUF_F32), tiny_f32(b, v); }
static void key_text(tiny_spec *s, tiny_buf *b, const char *name, const char *v) {
  key(s, b, name, GGUF_STRING);
  tiny_u64(b, strlen(v));
  tiny_put(b, v, strlen(v));
}

static void configuration(tiny_spec *s, tiny_buf *b) {
  key_text(s, b, "general.architecture", "needle");
  key_text(s, b, "general.name", "tiny \"test\"");
  key_text(s, b, "needle.layout", s->joint ? "joint" : "catalogue");
  key_text(s, b, "needle.output", "calls");
  key_u32(s, b, "needle.context_length", 1024);
  key_u32(s, b, "needle.embedding_length", s->d);
  key_u32(s, b, "needle.encoder.block_count", s->enc);
  key_u32(s, b, "needle.decoder.block_count", s->dec);
  key_u32(s, b, "needle.attention.head_count", s->heads);
  key_u32(s, b, "needle.attention.head_count_kv", s->kv);
  key_u32(s, b, "needle.attention.key_length", s->hd);
  key_f32(s, b, "needle.attention.layer_norm_rms_epsilon", 1e-6f);
  key_f32(s, b, "needle.rope.freq_base", 10000);
  key_u32(s, b, "needle.catalogue.query_base", 512);
  key_u32(s, b, "needle.catalogue.from_layer", s->from);
  key_u32(s, b, "needle.catalogue.block_tokens", 128);
  key_u32(s, b, "needle.catalogue.max_blocks", s->max_blocks);
  key_u32(s, b, "needle.query_tokens", 256);
  key_u32(s, b, "needle.answer_tokens", s->answer);
  key_u32(s, b, "needle.select.length", s->select ? 32 : 0);
  if (s->beam) key_u32(s, b, "needle.beam", s->beam);
  key_f32(s, b, "needle.copy_bias", 1);
  key_f32(s, b, "needle.calibration.scale", 1);
  key_f32(s, b, "needle.calibration.bias", 0);
  key_f32(s, b, "needle.threshold", 0.5f);
}

static const char *const extra[] = {"\xe2\x96\x81", "a", "b", "c", "d", "e", "f", "g", "h", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "w", "y", "0", "1", "2", "3",
                                    "\xe2\x96\x81t", "\xe2\x96\x81l", "on", "of", "\xe2\x96\x81k", "in", "he", "ch", "en", "\xe2\x96\x81kit", "ig", "ht", "ight", "\xe2\x96\x81light",
                                    "\xe2\x96\x81turn", "ur", "rn", "urn", "it", "\xe2\x96\x81ki", "\xe2\x96\x81kitchen", "chen", "amp", "am", "\xe2\x96\x81lamp", "\"", "{", "}", ":",
                                    ",", "[", "]", "\":", "{\"", "\xc3\xa9"};

static void vocabulary(tiny_spec *s, tiny_buf *b, uint32_t vocab) {
  static const char *const fixed[] = {"<pad>", "</s>", "<s>", "<unk>", "<tool_call>", "<tools>", "<arg>", "<val>", "<fact>", "<r9>", "<r10>", "<r11>", "<r12>", "<r13>", "<r14>", "<r15>"};
  char text[16];
  key(s, b, "tokenizer.ggml.tokens", GGUF_ARRAY);
  mark(s, b, 't'), tiny_u32(b, GGUF_STRING), mark(s, b, 'n'), tiny_u64(b, vocab);
  for (uint32_t i = 0; i < vocab; i++) {
    const char *p = i < 16 ? fixed[i] : text;
    if (i >= 16 && i < 272) snprintf(text, sizeof text, "<0x%02X>", i - 16);
    if (i >= 272) p = i - 272 < sizeof extra / sizeof *extra ? extra[i - 272] : (snprintf(text, sizeof text, "~%u", i), text);
    if (i == 20 || i == 300) mark(s, b, 'l');
    tiny_u64(b, strlen(p));
    tiny_put(b, p, strlen(p));
  }
  key(s, b, "tokenizer.ggml.scores", GGUF_ARRAY);
  mark(s, b, 't'), tiny_u32(b, GGUF_F32), mark(s, b, 'n'), tiny_u64(b, vocab);
  for (uint32_t i = 0; i < vocab; i++) tiny_f32(b, i < 272 ? 0 : -(float)(i - 272));
  key(s, b, "tokenizer.ggml.token_type", GGUF_ARRAY);
  mark(s, b, 't'), tiny_u32(b, GGUF_I32), mark(s, b, 'n'), tiny_u64(b, vocab);
  for (uint32_t i = 0; i < vocab; i++) {
    if (i == 4 || i == 30) mark(s, b, 'v');
    tiny_u32(b, i == 3 ? 2 : i < 16 ? 3 : i < 272 ? 6 : 1);
  }
  key_text(s, b, "tokenizer.ggml.model", "llama");
  key_u32(s, b, "tokenizer.ggml.bos_token_id", 2);
  key_u32(s, b, "tokenizer.ggml.eos_token_id", 1);
  key_u32(s, b, "tokenizer.ggml.unknown_token_id", 3);
  key_u32(s, b, "tokenizer.ggml.padding_token_id", 0);
  key(s, b, "tokenizer.ggml.add_space_prefix", GGUF_BOOL), tiny_u8(b, 1);
  key(s, b, "tokenizer.ggml.remove_extra_whitespaces", GGUF_BOOL), tiny_u8(b, 1);
}

typedef struct { tiny_spec *s; tiny_buf *head, data; uint32_t seed, count; } writer;

static void tensor(writer *w, const char *name, uint32_t rows, uint32_t cols, float scale, float mean) {
  uint32_t type = rows ? w->s->type : GGML_F32, all = (rows ? rows : 1) * cols;
  while (w->data.n % 32) tiny_u8(&w->data, 0);
  w->count++;
  mark(w->s, w->head, 'l');
  tiny_u64(w->head, strlen(name));
  tiny_put(w->head, name, strlen(name));
  mark(w->s, w->head, 'd');
  tiny_u32(w->head, rows ? 2 : 1);
  mark(w->s, w->head, 'd');
  tiny_u64(w->head, cols);
  if (rows) mark(w->s, w->head, 'd'), tiny_u64(w->head, rows);
  mark(w->s, w->head, 't');
  tiny_u32(w->head, type);
  mark(w->s, w->head, 'o');
  tiny_u64(w->head, w->data.n);
  float *v = malloc(all * sizeof *v);
  for (uint32_t i = 0; i < all; i++) v[i] = (mean + scale * tiny_normal(&w->seed)) * (w->s->loud ? rows ? 1e6f : 1e30f : 1);
  /* Embeddings are tied, so a random model would answer its start id </s> at once: <tool_call> is made to win over it. */
  for (uint32_t i = 0; !strcmp(name, "token_embd.weight") && i < cols; i++) v[4 * cols + i] = 1.5f * v[cols + i] + 0.02f * tiny_normal(&w->seed);
  for (uint32_t i = 0; !rows && i < all; i++) tiny_f32(&w->data, v[i]);
  if (rows) tiny_quantise(&w->data, type, v, all);
  free(v);
}

static void attention(writer *w, const char *prefix) {
  const tiny_spec *s = w->s;
  static const struct { const char *part; int rows, cols; } mats[] = {{"q", 'h', 'd'}, {"k", 'k', 'd'}, {"v", 'k', 'd'}, {"o", 'd', 'h'}};
  static const char *const norms[] = {"norm", "q_norm", "k_norm"};
  char name[64];
  for (int i = 0; i < 4; i++) {
    uint32_t r = mats[i].rows == 'h' ? s->heads * s->hd : mats[i].rows == 'k' ? s->kv * s->hd : s->d, c = mats[i].cols == 'h' ? s->heads * s->hd : s->d;
    snprintf(name, sizeof name, "%s_%s.weight", prefix, mats[i].part);
    tensor(w, name, r, c, 1 / sqrtf((float)c), 0);
  }
  for (int i = 0; i < 3; i++) {
    snprintf(name, sizeof name, "%s_%s.weight", prefix, norms[i]);
    tensor(w, name, 0, i ? s->hd : s->d, 0.1f, 1);
  }
  snprintf(name, sizeof name, "%s_gate", prefix);
  tensor(w, name, 0, 1, 0, 0.6f);
}

static void tensors(writer *w, uint32_t vocab) {
  const tiny_spec *s = w->s;
  char prefix[32];
  tensor(w, "token_embd.weight", vocab, s->d, 0.06f, 0);
  for (uint32_t i = 0; i < s->enc; i++) snprintf(prefix, sizeof prefix, "enc.%u.attn", i), attention(w, prefix);
  for (uint32_t i = 0; i < s->dec; i++) {
    snprintf(prefix, sizeof prefix, "dec.%u.attn", i), attention(w, prefix);
    snprintf(prefix, sizeof prefix, "dec.%u.cross", i), attention(w, prefix);
  }
  tensor(w, "enc.output_norm.weight", 0, s->d, 0.1f, 1);
  tensor(w, "dec.output_norm.weight", 0, s->d, 0.1f, 1);
  if (!s->select) return;
  tensor(w, "select.norm.weight", 0, s->d, 0.1f, 1);
  tensor(w, "select_q.weight", 32, s->d, 0.1f, 0);
  tensor(w, "select_b.weight", 32, s->d, 0.1f, 0);
}

tiny_spec tiny_default(void) { return (tiny_spec){.select = 1, .type = GGML_Q8_0, .d = 64, .heads = 4, .kv = 2, .hd = 32, .enc = 2, .dec = 2, .from = 1, .max_blocks = 4, .answer = 48}; }

tiny_buf tiny_model(tiny_spec *s, uint32_t seed) {
  tiny_buf kv = {0}, out = {0}, head = {0};
  uint32_t vocab = 272 + (uint32_t)(sizeof extra / sizeof *extra) + s->vocab_extra;
  tiny_spec plain = *s; /* the first pass only counts keys and tensors */
  plain.n_fields = 512;
  writer count = {&plain, &head, {0}, seed, 0};
  tensors(&count, vocab);
  s->n_fields = 0;
  tiny_put(&out, "GGUF", 4);
  mark(s, &out, 'v'), tiny_u32(&out, 3);
  mark(s, &out, 'n'), tiny_u64(&out, count.count);
  mark(s, &out, 'n'), tiny_u64(&out, 24 + 10 + (s->beam > 0));
  configuration(s, &out);
  vocabulary(s, &out, vocab);
  writer w = {s, &out, {0}, seed, 0};
  tensors(&w, vocab);
  while (out.n % 32) tiny_u8(&out, 0);
  mark(s, &out, 's');
  tiny_put(&out, w.data.p, w.data.n);
  free(kv.p);
  free(head.p);
  free(count.data.p);
  free(w.data.p);
  return out;
}

uint32_t tiny_paths(uint32_t masks[TINY_PATHS]) {
  static const uint32_t all[] = {0, NK_CPU_AVX2, NK_CPU_AVX2 | NK_CPU_VNNI, NK_CPU_NEON, NK_CPU_NEON | NK_CPU_DOTPROD};
  uint32_t n = 0, has = nk_cpu_flags();
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if ((all[i] & has) == all[i]) masks[n++] = all[i];
  return n;
}

nk_model *tiny_open(const tiny_buf *b, int f32, uint32_t mask, size_t cache) {
  char err[256] = "";
  nk_options opt = {.use_f32 = f32, .cpu_mask = mask, .cache_bytes = cache};
  nk_model *m = NULL;
  nk_status s = nk_model_open(b->p, b->n, &opt, &m, err, sizeof err);
  if (s) fprintf(stderr, "tiny model refused: %s: %s\n", nk_status_name(s), err);
  return m;
}
