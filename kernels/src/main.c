/* needle-engine: locks itself down, opens the weights on fd 3, answers frames until stdin ends. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../include/nk.h"
#include "frames.h"
#include "lockdown.h"
#include "session.h"
#include "sha256.h"

#define WEIGHTS_FD 3
#define MAX_PROGRAMS 32
#define MAX_PROGRAM_BYTES (8u << 20)

typedef struct { uint64_t id, used; size_t bytes; nk_program *program; } kept_program;

typedef struct {
  nk_model *m;
  nk_in in;
  nk_out out;
  kept_program program[MAX_PROGRAMS];
  uint32_t n_programs;
  size_t program_bytes;
  uint64_t tick;
  int statm; /* opened before the lockdown: the only way left to see our own size */
  const char *lockdown;
  int pid;   /* asked for before the lockdown, which forbids it */
} engine;

static uint64_t rss_kb(int statm) {
  char text[128];
  ssize_t n = statm < 0 ? 0 : pread(statm, text, sizeof text - 1, 0);
  if (n <= 0) return 0;
  text[n] = 0;
  char *second = strchr(text, ' ');
  return second ? strtoull(second, NULL, 10) * ((uint64_t)sysconf(_SC_PAGESIZE) / 1024) : 0;
}

/* ---- programs ---- */

static nk_program *find_program(engine *g, uint64_t id) {
  for (uint32_t i = 0; i < g->n_programs; i++)
    if (g->program[i].id == id) {
      g->program[i].used = ++g->tick;
      return g->program[i].program;
    }
  return NULL;
}

static void drop_oldest(engine *g) {
  uint32_t best = 0;
  for (uint32_t i = 1; i < g->n_programs; i++)
    if (g->program[i].used < g->program[best].used) best = i;
  nk_program_free(g->program[best].program);
  g->program_bytes -= g->program[best].bytes;
  g->program[best] = g->program[--g->n_programs];
}

static uint64_t program_id(const uint8_t *p, size_t n) {
  nk_sha256 s;
  uint8_t h[32];
  nk_sha256_init(&s);
  nk_sha256_add(&s, p, n);
  nk_sha256_end(&s, h);
  return nk_le64(h);
}

static nk_status on_program(engine *g, const nk_frame_in *f, char *err, size_t errlen) {
  uint64_t id = program_id(f->body, f->n);
  if (!find_program(g, id)) {
    nk_program *p;
    nk_status s = nk_program_load(g->m, f->body, f->n, &p, err, errlen);
    if (s) return s;
    while (g->n_programs == MAX_PROGRAMS || (g->n_programs && g->program_bytes + f->n > MAX_PROGRAM_BYTES)) drop_oldest(g);
    g->program[g->n_programs++] = (kept_program){id, ++g->tick, f->n, p};
    g->program_bytes += f->n;
  }
  nk_out_begin(&g->out, f->id, 130);
  nk_put_u64(&g->out, id);
  return NK_ok;
}

/* ---- requests ---- */

static nk_status on_block(engine *g, const nk_frame_in *f, nk_reader *r) {
  uint32_t n, tokens;
  uint64_t id;
  int fresh, kind = (int)nk_get(r, 1);
  const char *text = nk_get_str(r, &n);
  if (r->bad || r->p != r->end) return NK_bad_frame;
  nk_status s = nk_block_register(g->m, kind, text, n, &id, &tokens, &fresh);
  if (s) return s;
  nk_out_begin(&g->out, f->id, 129);
  nk_put_u64(&g->out, id);
  nk_put_u32(&g->out, tokens);
  nk_put_u8(&g->out, (uint32_t)fresh);
  return NK_ok;
}

/* Asked between decoder passes. */
static int cancelled(void *arg) {
  engine *g = arg;
  nk_in_poll(&g->in, 0);
  return g->in.cancelled || g->in.eof;
}

static void put_result(nk_out *o, const nk_result *r) {
  nk_put_u16(o, r->n_calls);
  for (uint32_t i = 0; i < r->n_calls; i++) {
    const nk_one_call *c = &r->calls[i];
    nk_put_u16(o, c->tool);
    nk_put_f32(o, c->confidence);
    nk_put_f32(o, c->raw);
    nk_put_f32(o, c->mask_mass);
    nk_put_u16(o, c->n_args);
    for (uint32_t a = 0; a < c->n_args; a++) {
      nk_put_u16(o, c->args[a].prop);
      nk_put_u16(o, c->args[a].n_values);
      for (uint32_t v = 0; v < c->args[a].n_values; v++) nk_put_str(o, c->args[a].values[v].text, c->args[a].values[v].len);
    }
  }
  nk_put_f32(o, r->refusal_confidence);
  nk_put_f32(o, r->refusal_mask_mass);
  nk_put_u16(o, r->n_in_play);
  for (uint32_t i = 0; i < r->n_in_play; i++) nk_put_u16(o, r->in_play[i]);
  const uint32_t numbers[] = {r->query_tokens, r->answer_tokens, r->passes, r->us_encode, r->us_decode, r->us_total};
  for (int i = 0; i < 6; i++) nk_put_u32(o, numbers[i]);
}

static uint64_t *get_ids(nk_reader *r, uint16_t *n) {
  *n = (uint16_t)nk_get(r, 2);
  const uint8_t *p = nk_get_bytes(r, (size_t)*n * 8);
  uint64_t *ids = calloc((size_t)*n + 1, sizeof *ids);
  for (uint32_t i = 0; p && ids && i < *n; i++) ids[i] = nk_le64(p + 8 * (size_t)i);
  return ids;
}

static nk_status on_call(engine *g, const nk_frame_in *f, nk_reader *r, char *err, size_t errlen) {
  nk_request rq = {.cancelled = cancelled, .cancel_arg = g};
  const nk_result *result;
  uint32_t n;
  uint64_t program = nk_get(r, 8), *tools = get_ids(r, &rq.n_tools), *facts = get_ids(r, &rq.n_facts);
  nk_status s = NK_bad_frame;
  rq.max_calls = (uint16_t)nk_get(r, 2);
  rq.deadline_ms = (uint32_t)nk_get(r, 4);
  rq.query = nk_get_str(r, &n);
  rq.query_len = n;
  rq.tools = tools;
  rq.facts = facts;
  if (!tools || !facts) s = NK_out_of_memory;
  if (!tools || !facts || r->bad || r->p != r->end) goto done;
  s = NK_unknown_program;
  if (!(rq.program = find_program(g, program))) goto done;
  g->in.current = f->id;
  g->in.cancelled = 0;
  s = nk_call(g->m, &rq, &result, err, errlen);
  g->in.current = 0;
  if (s) goto done;
  nk_out_begin(&g->out, f->id, 131);
  put_result(&g->out, result);
done:
  free(tools);
  free(facts);
  return s;
}

static void on_stats(engine *g, const nk_frame_in *f) {
  nk_stats s;
  char text[320];
  nk_model_stats(g->m, &s);
  int n = snprintf(text, sizeof text, "{\"rss_kb\":%llu,\"blocks\":%u,\"cache_bytes\":%zu,\"cache_cap\":%zu,\"calls\":%llu,\"tokens\":%llu,\"evictions\":%llu}",
                   (unsigned long long)rss_kb(g->statm), s.blocks, s.cache_bytes, s.cache_cap, (unsigned long long)s.calls, (unsigned long long)s.tokens,
                   (unsigned long long)s.evictions);
  nk_out_begin(&g->out, f->id, 133);
  nk_put_str(&g->out, text, (size_t)n);
}

static nk_status on_tokenize(engine *g, const nk_frame_in *f, nk_reader *r) {
  uint32_t n;
  const char *text = nk_get_str(r, &n);
  if (r->bad || r->p != r->end) return NK_bad_frame;
  if (!nk_utf8_valid((const uint8_t *)text, n)) return NK_bad_text;
  size_t most = 3 * ((size_t)n + 1); /* a space is three bytes, each an id of its own where the vocabulary lacks U+2581 */
  uint32_t *ids = malloc(most * sizeof *ids);
  if (!ids) return NK_out_of_memory;
  size_t count = nk_tokenize(g->m, text, n, ids, most);
  if (4 * (count + 1) > NK_MAX_FRAME - 5) {
    free(ids);
    return NK_bad_frame;
  }
  nk_out_begin(&g->out, f->id, 134);
  nk_put_u32(&g->out, (uint32_t)count);
  for (size_t i = 0; i < count; i++) nk_put_u32(&g->out, ids[i]);
  free(ids);
  return NK_ok;
}

static uint32_t *get_tokens(nk_reader *r, uint32_t *n) {
  *n = (uint32_t)nk_get(r, 4);
  if (*n > (size_t)(r->end - r->p) / 4) return NULL; /* before 4 * n, which 32 bits may not hold */
  const uint8_t *p = nk_get_bytes(r, (size_t)*n * 4);
  uint32_t *ids = p ? malloc((size_t)*n * 4 + 4) : NULL;
  for (uint32_t i = 0; ids && i < *n; i++) ids[i] = nk_le32(p + 4 * (size_t)i);
  return ids;
}

static nk_status on_masks(engine *g, const nk_frame_in *f, nk_reader *r) {
  uint64_t program = nk_get(r, 8);
  uint32_t n_tools = (uint32_t)nk_get(r, 2), n_query, n, steps;
  const uint8_t *tools = nk_get_bytes(r, (size_t)n_tools * 2);
  uint16_t *in_play = calloc(n_tools + 1, sizeof *in_play);
  const char *query = nk_get_str(r, &n_query);
  uint32_t *ids = get_tokens(r, &n);
  size_t row = (nk_model_info(g->m)->vocab + 7) / 8;
  uint8_t *masks = NULL;
  nk_status s = NK_bad_frame;
  if (!ids || !in_play || r->bad || r->p != r->end || (n + 1ull) * row + 4 > NK_MAX_FRAME - 5) goto done;
  for (uint32_t i = 0; i < n_tools; i++) in_play[i] = (uint16_t)(tools[2 * i] | tools[2 * i + 1] << 8);
  s = NK_unknown_program;
  const nk_program *p = find_program(g, program);
  if (!p) goto done;
  s = NK_out_of_memory;
  if (!(masks = malloc((n + 1) * row))) goto done;
  if ((s = nk_masks(g->m, p, in_play, (uint16_t)n_tools, query, n_query, ids, n, masks, &steps))) goto done;
  nk_out_begin(&g->out, f->id, 135);
  nk_put_u32(&g->out, steps);
  nk_put(&g->out, masks, steps * row);
done:
  free(in_play);
  free(ids);
  free(masks);
  return s;
}

static nk_status on_logits(engine *g, const nk_frame_in *f, nk_reader *r) {
  uint16_t n_blocks;
  uint64_t *blocks = get_ids(r, &n_blocks);
  uint32_t n_query, n, vocab = nk_model_info(g->m)->vocab;
  const char *query = nk_get_str(r, &n_query);
  uint32_t *ids = get_tokens(r, &n);
  float *out = NULL;
  nk_status s = NK_bad_frame;
  if (!blocks || !ids || r->bad || r->p != r->end || (uint64_t)n * vocab > 4u << 20) goto done;
  s = NK_out_of_memory;
  if (!(out = malloc((size_t)n * vocab * 4 + 4))) goto done;
  if ((s = nk_logits(g->m, blocks, n_blocks, query, n_query, ids, n, out))) goto done;
  nk_out_begin(&g->out, f->id, 136);
  nk_put_u32(&g->out, n);
  nk_put_u32(&g->out, vocab);
  for (size_t i = 0; i < (size_t)n * vocab; i++) nk_put_f32(&g->out, out[i]);
done:
  free(blocks);
  free(ids);
  free(out);
  return s;
}

static nk_status dispatch(engine *g, const nk_frame_in *f, char *err, size_t errlen) {
  nk_reader r = {f->body, f->body + f->n, 0};
  switch (f->type) {
    case NK_F_BLOCK: return on_block(g, f, &r);
    case NK_F_PROGRAM: return on_program(g, f, err, errlen);
    case NK_F_CALL: return on_call(g, f, &r, err, errlen);
    case NK_F_STATS: return on_stats(g, f), NK_ok;
    case NK_F_TOKENIZE: return on_tokenize(g, f, &r);
    case NK_F_MASKS: return on_masks(g, f, &r);
    case NK_F_LOGITS: return on_logits(g, f, &r);
    default: snprintf(err, errlen, "frame type %u is unknown", f->type); return NK_bad_frame;
  }
}

static const char *status_text(nk_status s) {
#define NK_STATUS(name, text) text,
  static const char *const texts[] = {
#include "status.def"
  };
#undef NK_STATUS
  return texts[s];
}

static void serve(engine *g) {
  while (!g->in.eof || g->in.first) {
    nk_frame_in *f = nk_in_next(&g->in);
    if (!f) {
      nk_in_poll(&g->in, -1);
      continue;
    }
    if (g->in.eof) { /* nobody waits for the rest */
      free(f);
      continue;
    }
    char err[256] = "";
    nk_status s = dispatch(g, f, err, sizeof err);
    if (s) nk_send_error(&g->out, f->id, s, err[0] ? err : status_text(s));
    else nk_out_send(&g->out);
    free(f);
  }
}

/* ---- start ---- */

static int parse_hash(const char *hex, uint8_t out[32]) {
  for (int i = 0; i < 64; i++) {
    int c = hex[i], v = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
    if (v < 0) return -1;
    out[i / 2] = (uint8_t)(i % 2 ? out[i / 2] | v : v << 4);
  }
  return hex[64] ? -1 : 0;
}

static int fail(int code, const char *what) {
  fprintf(stderr, "needle-engine: %s\n", what);
  return code;
}

/* A JSON string of text that is UTF-8. */
static void quoted(char *out, size_t cap, const char *text) {
  size_t n = 0;
  for (; *text && n + 8 < cap; text++) {
    if (*text == '"' || *text == '\\') out[n++] = '\\';
    if ((uint8_t)*text < 0x20) n += (size_t)snprintf(out + n, cap - n, "\\u%04x", (unsigned)*text);
    else out[n++] = *text;
  }
  out[n] = 0;
}

static void send_ready(engine *g, const uint8_t hash[32], double ms) {
  const nk_info *c = nk_model_info(g->m);
  char text[1600], name[512], hex[65];
  for (int i = 0; i < 32; i++) snprintf(hex + 2 * i, 3, "%02x", hash[i]);
  quoted(name, sizeof name, c->name);
  int n = snprintf(text, sizeof text,
                   "{\"version\":\"%s\",\"pid\":%d,\"lockdown\":\"%s\",\"isa\":\"%s\",\"model\":{\"name\":\"%s\",\"layout\":\"%s\",\"d\":%u,\"enc_layers\":%u,\"dec_layers\":%u,"
                   "\"heads\":%u,\"kv_heads\":%u,\"head_dim\":%u,\"vocab\":%u,\"query_base\":%u,\"from_layer\":%u,\"block_tokens\":%u,\"max_blocks\":%u,\"query_tokens\":%u,"
                   "\"answer_tokens\":%u,\"select_len\":%u,\"beam\":%u,\"copy_bias\":%.9g,\"cal_scale\":%.9g,\"cal_bias\":%.9g,\"threshold\":%.9g},\"model_hash\":\"%s\",\"load_ms\":%.3f}",
                   NK_VERSION, g->pid, g->lockdown, nk_model_isa(g->m), name, c->layout ? "catalogue" : "joint", c->d, c->enc_layers, c->dec_layers, c->heads, c->kv_heads,
                   c->head_dim, c->vocab, c->query_base, c->from_layer, c->block_tokens, c->max_blocks, c->query_tokens, c->answer_tokens, c->select_len, c->beam, (double)c->copy_bias,
                   (double)c->cal_scale, (double)c->cal_bias, (double)c->threshold, hex, ms);
  nk_out_begin(&g->out, 0, NK_F_READY);
  nk_put_str(&g->out, text, (size_t)n);
  nk_out_send(&g->out);
}

typedef struct { const char *hash; int f32; unsigned long cache_mb; } arguments;

static int parse_arguments(int argc, char **argv, arguments *a) {
  for (int i = 1; i < argc; i++) {
    if (!strcmp(argv[i], "--hash") && i + 1 < argc) a->hash = argv[++i];
    else if (!strcmp(argv[i], "--cache-mb") && i + 1 < argc) a->cache_mb = strtoul(argv[++i], NULL, 10);
    else if (!strcmp(argv[i], "--f32")) a->f32 = 1;
    else return -1;
  }
  return a->cache_mb > 1024 ? -1 : 0;
}

static int run(engine *g, const arguments *a) {
  struct stat st;
  uint64_t began = nk_now_us();
  const char *mask = getenv("NK_CPU_MASK");
  nk_options opt = {.use_f32 = a->f32, .cpu_mask = mask ? (uint32_t)strtoul(mask, NULL, 0) : ~0u, .cache_bytes = (size_t)a->cache_mb << 20};
  char err[256];
  if (fstat(WEIGHTS_FD, &st) || !S_ISREG(st.st_mode) || st.st_size <= 0) return fail(66, "descriptor 3 is no open weights file");
  if (a->hash && parse_hash(a->hash, opt.model_hash)) return fail(64, "--hash takes 64 hexadecimal digits");
  g->statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  void *data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, WEIGHTS_FD, 0);
  if (data == MAP_FAILED) return fail(66, "the weights cannot be mapped");
  g->pid = (int)getpid();
  g->lockdown = nk_lockdown((size_t)st.st_size + opt.cache_bytes);
  if (!a->hash) {
    nk_sha256 s;
    nk_sha256_init(&s);
    nk_sha256_add(&s, data, (size_t)st.st_size);
    nk_sha256_end(&s, opt.model_hash);
  }
  nk_status s = nk_model_open(data, (size_t)st.st_size, &opt, &g->m, err, sizeof err);
  if (s) {
    nk_send_error(&g->out, 0, s, err);
    return fail(65, err);
  }
  send_ready(g, opt.model_hash, (double)(nk_now_us() - began) / 1000);
  serve(g);
  return 0;
}

int main(int argc, char **argv) {
  static engine g;
  arguments a = {0};
  if (argc == 2 && !strcmp(argv[1], "--version")) return printf("needle-engine %s\n", NK_VERSION) < 0;
  if (parse_arguments(argc, argv, &a))
    return fail(64, "usage: needle-engine [--hash HEX] [--f32] [--cache-mb N] 3<model.gguf; frames on stdin and stdout (docs/protocol.md)");
  g.in.out = &g.out;
  int code = run(&g, &a);
  while (g.n_programs) drop_oldest(&g);
  nk_model_free(g.m);
  free(g.out.p);
  free(g.in.part);
  return code;
}
