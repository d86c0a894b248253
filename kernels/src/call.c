/* One request: blocks chosen, question encoded, answer decoded under the grammar, calls read off it. */
#include <math.h>
#include <string.h>

#include "session.h"

#define EXPORT __attribute__((visibility("default")))

nk_status nk_asked(void *arg) {
  nk_session *s = arg;
  const nk_request *rq = s->rq;
  if (rq->cancelled && rq->cancelled(rq->cancel_arg)) return NK_cancelled;
  return s->deadline && nk_now_us() > s->deadline ? NK_deadline : NK_ok;
}

/* ---- reading the answer ---- */

static nk_one_call *last_call(nk_session *s) { return s->result.n_calls ? &s->call[s->result.n_calls - 1] : NULL; }

/* Every step counts to the call that it belongs to; to the refusal when there is none. */
static void count_step(nk_session *s, const nk_step *c) {
  nk_one_call *call = last_call(s);
  float *raw = call ? &call->raw : &s->result.refusal_confidence, *mass = call ? &call->mask_mass : &s->result.refusal_mask_mass;
  *raw *= c->p;
  *mass = c->mass < *mass ? c->mass : *mass;
}

static void add_value(nk_session *s, int first) {
  nk_one_call *call = last_call(s);
  if (first) {
    s->arg[s->n_arg] = (nk_arg){(uint16_t)s->state.last, 0, s->value + s->n_value};
    s->n_arg++;
    call->n_args++;
  }
  s->arg[s->n_arg - 1].n_values++;
  s->dummy_done = 0;
  s->value[s->n_value++] = (nk_text){s->bytes + s->n_bytes, 0};
}

static void add_bytes(const nk_model *m, nk_session *s, uint32_t id) {
  uint32_t n;
  const uint8_t *b = nk_token_bytes(&m->tok, id, &n);
  nk_text *v = &s->value[s->n_value - 1];
  if (n && !s->dummy_done) b++, n--; /* a legal value begins with the dummy space */
  s->dummy_done = 1;
  memcpy(s->bytes + s->n_bytes, b, n);
  s->n_bytes += n;
  v->len += n;
}

/* Takes a legal id into the grammar's state and the result. */
static void take(nk_model *m, uint32_t id) {
  nk_session *s = m->session;
  int was = s->state.phase;
  if (id == NK_CALL) s->call[s->result.n_calls++] = (nk_one_call){0, 0, 0, 1, 1, s->arg + s->n_arg};
  if (id >= NK_FIRST_BYTE && was == NK_AT_VALUE) add_bytes(m, s, id);
  nk_grammar_take(&s->rules, &s->state, id);
  if (id == NK_VAL) add_value(s, was == NK_AT_KEY);
  if (was == NK_AT_NAME && id < NK_FIRST_BYTE) s->call[s->result.n_calls - 1 - (id == NK_CALL)].tool = s->state.tool;
}

/* The best answer into the result. */
static nk_status decode(nk_model *m) {
  nk_session *s = m->session;
  nk_status st = nk_decode(m);
  if (st) return st;
  nk_state_start(&s->state);
  for (uint32_t i = 1; i < s->n_best; i++) {
    take(m, s->best[i].id);
    count_step(s, &s->best[i]);
  }
  s->result.answer_tokens = s->n_best - 1;
  return NK_ok;
}

static float calibrated(const nk_model *m, float raw) {
  double p = raw < 1e-30f ? 1e-30 : raw > 1 - 1e-6f ? 1 - 1e-6 : (double)raw;
  return (float)(1 / (1 + exp(-((double)m->info.cal_scale * log(p / (1 - p)) + (double)m->info.cal_bias))));
}

static void finish(nk_model *m) {
  nk_session *s = m->session;
  nk_result *r = &s->result;
  for (uint16_t i = 0; i < r->n_calls; i++) s->call[i].confidence = calibrated(m, s->call[i].raw);
  if (r->n_calls) r->refusal_confidence = r->refusal_mask_mass = 0;
  else r->refusal_confidence = calibrated(m, r->refusal_confidence);
  for (uint32_t t = 0; t < s->rq->n_tools; t++)
    if (s->flags[t]) s->in_play[r->n_in_play++] = (uint16_t)t;
  r->calls = s->call;
  r->in_play = s->in_play;
  r->query_tokens = s->n_query;
}

/* ---- the public calls ---- */

static nk_status unknown(nk_err *e, const char *what, uint32_t i) { return nk_fail(e, "%s %u is not registered", what, i), NK_unknown_block; }

static nk_status find_blocks(nk_model *m, const nk_request *rq, nk_block **facts, nk_err *e) {
  nk_session *s = m->session;
  nk_status st = nk_session_tools(s, rq->n_tools);
  if (st) return st;
  if (rq->n_facts > NK_MAX_FACTS) return NK_too_many_blocks;
  for (uint32_t i = 0; i < rq->n_tools; i++)
    if (!(s->block[i] = nk_cache_find(m, rq->tools[i]))) return unknown(e, "the block of tool", i);
  for (uint32_t i = 0; i < rq->n_facts; i++)
    if (!(facts[i] = nk_cache_find(m, rq->facts[i]))) return unknown(e, "fact block", i);
  return NK_ok;
}

/* Nothing of an earlier request is left. */
static void begin(nk_model *m, const nk_request *rq) {
  nk_session *s = m->session;
  s->rq = rq;
  s->began = nk_now_us();
  s->deadline = rq->deadline_ms ? s->began + 1000ull * rq->deadline_ms : 0;
  s->n_arg = s->n_value = s->n_bytes = 0;
  memset(&s->result, 0, sizeof s->result);
  s->result.refusal_confidence = s->result.refusal_mask_mass = 1;
}

static nk_status answer(nk_model *m, const nk_request *rq, nk_err *e) {
  nk_session *s = m->session;
  nk_block *facts[NK_MAX_FACTS];
  nk_status st;
  if (rq->n_tools != rq->program->n_tools) return nk_fail(e, "%u blocks for %u tools", rq->n_tools, rq->program->n_tools), NK_bad_frame;
  if ((st = nk_session_question(m, rq->query, rq->query_len)) || (st = find_blocks(m, rq, facts, e))) return st;
  nk_question q = {s->query, s->n_query, s->text, s->n_text, s->block, rq->n_tools, facts, rq->n_facts, nk_asked, s};
  if ((st = nk_asked(s)) || (st = nk_encode_question(m, &q, s->flags))) return st;
  uint64_t encoded = nk_now_us();
  s->rules.program = rq->program;
  s->rules.in_play = s->flags;
  s->rules.max_calls = rq->max_calls && rq->max_calls < NK_MAX_CALLS ? rq->max_calls : NK_MAX_CALLS;
  nk_rules_ready(&s->rules);
  if ((st = decode(m))) return st;
  finish(m);
  s->result.us_encode = (uint32_t)(encoded - s->began);
  s->result.us_decode = (uint32_t)(nk_now_us() - encoded);
  s->result.us_total = (uint32_t)(nk_now_us() - s->began);
  return NK_ok;
}

EXPORT nk_status nk_call(nk_model *m, const nk_request *rq, const nk_result **out, char *err, size_t errlen) {
  nk_err e = {err, errlen};
  if (err && errlen) err[0] = 0;
  begin(m, rq);
  nk_status st = answer(m, rq, &e);
  nk_unpin(m);
  m->calls++;
  m->tokens += m->session->result.answer_tokens;
  *out = st ? NULL : &m->session->result;
  return st;
}

EXPORT nk_status nk_masks(nk_model *m, const nk_program *p, const uint16_t *in_play, uint16_t n_in_play, const char *query, size_t query_len,
                          const uint32_t *ids, uint32_t n, uint8_t *masks, uint32_t *steps) {
  nk_session *s = m->session;
  size_t row = (m->info.vocab + 7) / 8;
  uint32_t only;
  nk_status st;
  *steps = 0;
  if ((st = nk_session_question(m, query, query_len)) || (st = nk_session_tools(s, p->n_tools))) return st;
  memset(s->flags, 0, p->n_tools);
  for (uint32_t i = 0; i < n_in_play; i++) {
    if (in_play[i] >= p->n_tools) return NK_bad_frame;
    s->flags[in_play[i]] = 1;
  }
  s->rules.program = p;
  s->rules.in_play = s->flags;
  s->rules.max_calls = NK_MAX_CALLS;
  s->rules.left = 0;
  nk_rules_ready(&s->rules);
  nk_state_start(&s->state);
  for (uint32_t i = 0; i <= n; i++) {
    uint8_t *mask = masks + i * row;
    nk_grammar_mask(&s->rules, &s->state, mask, &only);
    *steps = i + 1;
    if (i == n || ids[i] >= m->info.vocab || !nk_bit(mask, ids[i])) break;
    nk_grammar_take(&s->rules, &s->state, ids[i]);
  }
  return NK_ok;
}

EXPORT nk_status nk_logits(nk_model *m, const uint64_t *blocks, uint16_t n_blocks, const char *query, size_t query_len, const uint32_t *ids, uint32_t n, float *out) {
  nk_session *s = m->session;
  nk_block *play[NK_MAX_PLAY];
  uint8_t none;
  nk_status st;
  if (n > m->info.answer_tokens + 1) return NK_answer_too_long;
  if (n_blocks >= NK_MAX_PLAY) return NK_too_many_blocks;
  for (uint32_t i = 0; i < n; i++)
    if (ids[i] >= m->info.vocab) return NK_bad_frame;
  for (uint32_t i = 0; i < n_blocks; i++)
    if (!(play[i] = nk_cache_find(m, blocks[i]))) return NK_unknown_block;
  if ((st = nk_session_question(m, query, query_len))) return st;
  nk_question q = {s->query, s->n_query, s->text, s->n_text, NULL, 0, play, n_blocks, NULL, NULL};
  st = nk_encode_question(m, &q, &none);
  for (uint32_t t = 0; t < n && !st; t += NK_TILE) {
    uint32_t k = n - t < NK_TILE ? n - t : NK_TILE;
    nk_decode_rows(m, ids + t, k, t, k, out + (size_t)t * m->info.vocab);
  }
  nk_unpin(m);
  return st;
}
