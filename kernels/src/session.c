/* Buffers of one request, and the question put into them. */
#include "session.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t nk_now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

static int open_paths(nk_model *m) {
  const nk_info *c = &m->info;
  nk_session *s = m->session;
  for (uint32_t i = 0; i < c->beam; i++) {
    nk_path *p = &s->path[i];
    p->step = calloc(c->answer_tokens + 1, sizeof *p->step);
    p->state.pos = calloc(s->text_cap + 1, sizeof *p->state.pos);
    p->kv = m->s.self + i * c->dec_layers * nk_kv_bytes(m, c->answer_tokens + 1);
    if (!p->step || !p->state.pos) return -1;
  }
  return 0;
}

nk_status nk_session_open(nk_model *m, nk_err *e) {
  const nk_info *c = &m->info;
  nk_session *s = m->session = calloc(1, sizeof *s);
  size_t mask = (c->vocab + 7) / 8, longest = m->tok.longest ? m->tok.longest : 1;
  (void)e;
  if (!s) return NK_out_of_memory;
  s->text_cap = (uint32_t)(c->query_tokens * longest); /* every byte of a question that fits lies in a piece */
  s->query = calloc(c->query_tokens, sizeof *s->query);
  s->text = calloc(s->text_cap + 1, 1);
  s->rules.starts = calloc(s->text_cap + 1, sizeof *s->rules.starts);
  s->rules.ends = calloc(s->text_cap + 1, 1);
  s->state.pos = calloc(s->text_cap + 1, sizeof *s->state.pos);
  s->spare.pos = calloc(s->text_cap + 1, sizeof *s->spare.pos);
  s->legal = calloc(6, mask);
  s->best = calloc(c->answer_tokens + 1, sizeof *s->best);
  s->arg = calloc(c->answer_tokens, sizeof *s->arg);
  s->value = calloc(c->answer_tokens, sizeof *s->value);
  s->bytes = calloc(c->answer_tokens, longest);
  if (!s->query || !s->text || !s->rules.starts || !s->rules.ends || !s->state.pos || !s->spare.pos || !s->legal || !s->best || open_paths(m) || !s->arg || !s->value || !s->bytes)
    return NK_out_of_memory;
  s->bias = s->legal + mask;
  s->rules.plain = s->legal + 2 * mask;
  s->rules.tok = &m->tok;
  s->rules.spare = &s->spare;
  return NK_ok;
}

void nk_session_free(nk_model *m) {
  nk_session *s = m->session;
  if (!s) return;
  free(s->query);
  free(s->text);
  free(s->rules.starts);
  free(s->rules.ends);
  free(s->state.pos);
  free(s->spare.pos);
  free(s->legal);
  for (uint32_t i = 0; i < NK_MAX_BEAM; i++) free(s->path[i].step), free(s->path[i].state.pos);
  free(s->best);
  free(s->arg);
  free(s->value);
  free(s->bytes);
  free(s->flags);
  free(s->in_play);
  free(s->block);
  free(s);
  m->session = NULL;
}

nk_status nk_session_tools(nk_session *s, uint32_t n) {
  if (n <= s->tool_cap && s->flags) return NK_ok;
  free(s->flags);
  free(s->in_play);
  free(s->block);
  s->tool_cap = 0;
  s->flags = calloc(n + 1, 1);
  s->in_play = calloc(n + 1, sizeof *s->in_play);
  s->block = calloc(n + 1, sizeof *s->block);
  if (!s->flags || !s->in_play || !s->block) return NK_out_of_memory;
  s->tool_cap = n;
  return NK_ok;
}

nk_status nk_session_question(nk_model *m, const char *query, size_t len) {
  nk_session *s = m->session;
  const uint8_t *p = (const uint8_t *)query;
  size_t n;
  if (!nk_utf8_valid(p, len)) return NK_bad_text;
  if (len > 1u << 16) return NK_query_too_long;
  if (nk_tokenizer_encode(&m->tok, p, len, s->query, m->info.query_tokens, &n)) return NK_out_of_memory;
  if (!n) return NK_empty_query;
  if (n > m->info.query_tokens) return NK_query_too_long;
  s->n_query = (uint32_t)n;
  s->n_text = 0;
  for (size_t i = 0; i < len; i++) {
    if (p[i] == ' ' && (!s->n_text || s->text[s->n_text - 1] == ' ')) continue;
    if (s->n_text == s->text_cap + 1) return NK_query_too_long;
    s->text[s->n_text++] = p[i];
  }
  while (s->n_text && s->text[s->n_text - 1] == ' ') s->n_text--;
  if (s->n_text > s->text_cap) return NK_query_too_long;
  nk_rules_text(&s->rules, s->text, s->n_text);
  return NK_ok;
}
