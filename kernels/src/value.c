/* Open values byte by byte: strings, numbers, JSON by a small stack. No state is a dead end. */
#include <string.h>

#include "grammar.h"

enum { NUM_START, NUM_SIGN, NUM_ZERO, NUM_DIGITS, NUM_POINT, NUM_FRACTION };

void nk_value_copy(nk_value *to, const nk_value *from) { memcpy(to, from, offsetof(nk_value, frame) + from->n_frames * sizeof(nk_frame)); }

/* 1 when the byte goes on with, or starts, a character. */
int nk_utf8_step(nk_value *v, uint8_t b) {
  if (v->need) {
    if (b < v->lo || b > v->hi) return 0;
    v->need--;
    v->lo = 0x80;
    v->hi = 0xbf;
    return 1;
  }
  int need = nk_utf8_lead(b, &v->lo, &v->hi);
  v->need = need > 0 ? (uint8_t)need : 0;
  return need >= 0;
}

static int string_step(nk_value *v, uint8_t b) {
  int inside = v->need;
  if (v->used == v->max || b < 0x20 || b == 0x7f || !nk_utf8_step(v, b)) return 0;
  v->used++;
  if (v->used + v->need > v->max) return 0;
  if (b == ' ' && (v->used == 1 || v->space || v->used == v->max)) return 0;
  if (!inside) v->space = b == ' ';
  return 1;
}

int nk_number_step(nk_value *v, uint8_t b, int integer) {
  int digit = b >= '0' && b <= '9';
  switch (v->num) {
    case NUM_START:
    case NUM_SIGN:
      if (b == '-' && v->num == NUM_START) return v->num = NUM_SIGN;
      if (!digit) return 0;
      v->digits = 1;
      return v->num = b == '0' ? NUM_ZERO : NUM_DIGITS;
    case NUM_DIGITS:
      if (digit && v->digits < 15) return ++v->digits;
      /* fall through */
    case NUM_ZERO:
      if (b != '.' || integer) return 0;
      v->digits = 0;
      return v->num = NUM_POINT;
    default:
      if (!digit || v->digits == 17) return 0;
      v->num = NUM_FRACTION;
      return ++v->digits;
  }
}

int nk_number_may_end(const nk_value *v) { return v->num == NUM_ZERO || v->num == NUM_DIGITS || v->num == NUM_FRACTION; }

void nk_value_start(nk_value *v, const nk_prop *p) {
  memset(v, 0, offsetof(nk_value, frame));
  v->kind = p->kind;
  v->max = p->max_bytes;
  if (p->kind != NK_JSON) return;
  v->n_frames = 1;
  v->frame[0] = (nk_frame){p->root, 0, 0, 0, 0};
}

int nk_value_step(const nk_program *p, nk_value *v, uint8_t b) {
  if (!v->started) return v->started = b == ' ';
  if (v->kind == NK_STRING) return string_step(v, b);
  if (v->kind == NK_JSON) return nk_json_step(p, v, b);
  return nk_number_step(v, b, v->kind == NK_INTEGER);
}

int nk_value_may_end(const nk_program *p, const nk_value *v) {
  if (!v->started) return 0;
  if (v->kind == NK_STRING) return v->used && !v->need && !v->space;
  return v->kind == NK_JSON ? nk_json_may_end(p, v) : nk_number_may_end(v);
}

uint32_t nk_value_cost(const nk_program *p, const nk_value *v) {
  uint32_t dummy = !v->started;
  if (v->kind == NK_STRING) return dummy + (v->need ? v->need : !v->used || v->space);
  return dummy + (v->kind == NK_JSON ? nk_json_cost(p, v) : !nk_number_may_end(v));
}
