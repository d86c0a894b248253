/* Frames in and out. */
#include "frames.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../include/nk.h"

/* ---- out ---- */

void nk_put(nk_out *o, const void *p, size_t n) {
  if (o->n + n > o->cap && !o->failed) {
    size_t cap = o->cap ? o->cap : 4096;
    while (cap < o->n + n) cap *= 2;
    uint8_t *grown = realloc(o->p, cap);
    if (grown) o->p = grown, o->cap = cap;
    else o->failed = 1;
  }
  if (o->failed || !n) return;
  memcpy(o->p + o->n, p, n);
  o->n += n;
}

static void put_le(nk_out *o, uint64_t v, size_t n) {
  uint8_t b[8];
  for (size_t i = 0; i < 8; i++) b[i] = (uint8_t)(v >> (8 * i));
  nk_put(o, b, n);
}
void nk_put_u8(nk_out *o, uint32_t v) { put_le(o, v, 1); }
void nk_put_u16(nk_out *o, uint32_t v) { put_le(o, v, 2); }
void nk_put_u32(nk_out *o, uint32_t v) { put_le(o, v, 4); }
void nk_put_u64(nk_out *o, uint64_t v) { put_le(o, v, 8); }
void nk_put_f32(nk_out *o, float v) {
  uint32_t u;
  memcpy(&u, &v, 4);
  nk_put_u32(o, u);
}
void nk_put_str(nk_out *o, const char *p, size_t n) {
  nk_put_u32(o, (uint32_t)n);
  nk_put(o, p, n);
}

void nk_out_begin(nk_out *o, uint32_t id, uint8_t type) {
  o->n = 0;
  o->failed = 0;
  nk_put_u32(o, 0); /* the length comes last */
  nk_put_u32(o, id);
  nk_put_u8(o, type);
}

static void write_all(const uint8_t *p, size_t n) {
  while (n) {
    ssize_t k = write(STDOUT_FILENO, p, n);
    if (k < 0 && errno == EINTR) continue;
    if (k < 0 && errno == EAGAIN) { /* whoever shares the pipe may have made it non-blocking */
      poll(&(struct pollfd){STDOUT_FILENO, POLLOUT, 0}, 1, -1);
      continue;
    }
    if (k < 0) _exit(0); /* the client is gone: nobody is left to tell */
    p += k;
    n -= (size_t)k;
  }
}

void nk_out_send(nk_out *o) {
  if (o->failed) {
    uint32_t id = o->cap >= 9 ? (uint32_t)(o->p[4] | o->p[5] << 8 | o->p[6] << 16) | (uint32_t)o->p[7] << 24 : 0;
    free(o->p);
    *o = (nk_out){0};
    nk_send_error(o, id, NK_out_of_memory, "out of memory");
    return;
  }
  for (int i = 0; i < 4; i++) o->p[i] = (uint8_t)((o->n - 4) >> (8 * i));
  write_all(o->p, o->n);
  if (o->cap > NK_MAX_FRAME) { /* one large answer must not stay */
    free(o->p);
    *o = (nk_out){0};
  }
}

void nk_send_error(nk_out *o, uint32_t id, unsigned status, const char *message) {
  nk_out_begin(o, id, NK_F_ERROR);
  nk_put_u16(o, status);
  nk_put_str(o, message, strlen(message));
  if (o->failed) _exit(71);
  nk_out_send(o);
}

/* ---- in ---- */

static uint32_t le32(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24; }

static void cancel(nk_in *in, const nk_frame_in *f) {
  if (f->n != 4) {
    nk_send_error(in->out, f->id, NK_bad_frame, "CANCEL takes the id of a CALL");
    return;
  }
  uint32_t id = le32(f->body);
  if (in->current && id == in->current) in->cancelled = 1;
  for (nk_frame_in **at = &in->first, *prev = NULL; *at; prev = *at, at = &(*at)->next) {
    nk_frame_in *w = *at;
    if (w->id != id || w->type != NK_F_CALL) continue;
    *at = w->next;
    if (in->last == w) in->last = prev;
    in->waiting--;
    in->bytes -= w->n;
    free(w);
    nk_send_error(in->out, id, NK_cancelled, "cancelled while it waited");
    return;
  }
}

static void arrived(nk_in *in) {
  nk_frame_in *f = in->part;
  in->part = NULL;
  in->have = 0;
  if (f->type == NK_F_CANCEL) {
    cancel(in, f);
    free(f);
  } else if (in->waiting >= NK_MAX_WAITING || in->bytes + f->n > NK_MAX_WAITING_BYTES) {
    nk_send_error(in->out, f->id, NK_busy, "too many requests are waiting");
    free(f);
  } else {
    f->next = NULL;
    if (in->last) in->last->next = f;
    else in->first = f;
    in->last = f;
    in->waiting++;
    in->bytes += f->n;
  }
}

/* After a wrong length nothing that follows can be trusted. */
static void begin_frame(nk_in *in) {
  uint32_t n = le32(in->head);
  if (n < 5 || n > NK_MAX_FRAME) {
    char text[80];
    snprintf(text, sizeof text, "a frame of %u bytes: lengths are 5 to %u", n, NK_MAX_FRAME);
    nk_send_error(in->out, 0, NK_bad_frame, text);
    fprintf(stderr, "needle-engine: %s\n", text);
    exit(65);
  }
  in->part = malloc(sizeof *in->part + n - 5);
  if (!in->part) {
    fputs("needle-engine: out of memory\n", stderr);
    exit(71);
  }
  in->part->id = le32(in->head + 4);
  in->part->type = in->head[8];
  in->part->n = n - 5;
}

static void take_bytes(nk_in *in, const uint8_t *p, size_t n) {
  while (n) {
    size_t want = in->have < 9 ? 9 - in->have : in->part->n - (in->have - 9), k = want < n ? want : n;
    memcpy(in->have < 9 ? in->head + in->have : in->part->body + (in->have - 9), p, k);
    in->have += (uint32_t)k;
    p += k;
    n -= k;
    if (in->have == 9 && !in->part) begin_frame(in);
    if (in->have >= 9 && in->have - 9 == in->part->n) arrived(in);
  }
}

void nk_in_poll(nk_in *in, int timeout_ms) {
  uint8_t buf[16384];
  struct pollfd fd = {STDIN_FILENO, POLLIN, 0};
  while (!in->eof && poll(&fd, 1, timeout_ms) > 0) {
    ssize_t n = read(STDIN_FILENO, buf, sizeof buf);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) in->eof = 1;
    else take_bytes(in, buf, (size_t)n);
    timeout_ms = 0;
  }
}

nk_frame_in *nk_in_next(nk_in *in) {
  nk_frame_in *f = in->first;
  if (!f) return NULL;
  in->first = f->next;
  if (!in->first) in->last = NULL;
  in->waiting--;
  in->bytes -= f->n;
  return f;
}

/* ---- bodies ---- */

const uint8_t *nk_get_bytes(nk_reader *r, size_t n) {
  if ((size_t)(r->end - r->p) < n) {
    r->bad = 1;
    r->p = r->end;
    return NULL;
  }
  r->p += n;
  return r->p - n;
}

uint64_t nk_get(nk_reader *r, int bytes) {
  const uint8_t *p = nk_get_bytes(r, (size_t)bytes);
  uint64_t v = 0;
  for (int i = 0; p && i < bytes; i++) v |= (uint64_t)p[i] << (8 * i);
  return v;
}

const char *nk_get_str(nk_reader *r, uint32_t *n) {
  *n = (uint32_t)nk_get(r, 4);
  return (const char *)nk_get_bytes(r, *n);
}
