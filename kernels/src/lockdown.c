/* Resource limits and a seccomp filter, by prctl: units' syscall sets lack seccomp(2). */
#include "lockdown.h"

#include <stdlib.h>
#include <sys/resource.h>

static void limit(int what, rlim_t to) {
  struct rlimit r = {to, to}, now;
  if (!getrlimit(what, &now) && now.rlim_max < to) r.rlim_cur = r.rlim_max = now.rlim_max;
  setrlimit(what, &r); /* best effort: a lower limit that is already there is as good */
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NK_SANITIZED 1
#endif

#if defined(__linux__) && !defined(NK_SANITIZED) && (defined(__x86_64__) || defined(__aarch64__) || defined(__arm__))
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#define ARCH AUDIT_ARCH_ARM
#endif

#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at)
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, what)
#define ALLOW(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), ANSWER(SECCOMP_RET_ALLOW)
/* Memory may not become code: protection is the third argument, its low half first on every machine we know. */
#define ALLOW_DATA(nr) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 4), LOAD(offsetof(struct seccomp_data, args[2])), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1), \
      ANSWER(SECCOMP_RET_KILL_PROCESS), ANSWER(SECCOMP_RET_ALLOW)

static const struct sock_filter filter[] = {
    LOAD(offsetof(struct seccomp_data, arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0),
    ANSWER(SECCOMP_RET_KILL_PROCESS),
    LOAD(offsetof(struct seccomp_data, nr)),
    ALLOW(__NR_read),
    ALLOW(__NR_write),
    ALLOW(__NR_writev),
    ALLOW(__NR_pread64),
    ALLOW(__NR_munmap),
    ALLOW(__NR_mremap),
    ALLOW(__NR_brk),
    ALLOW(__NR_madvise),
    ALLOW(__NR_futex),
    ALLOW(__NR_clock_gettime),
    ALLOW(__NR_restart_syscall),
    ALLOW(__NR_rt_sigreturn),
    ALLOW(__NR_exit),
    ALLOW(__NR_exit_group),
    ALLOW(__NR_close),
    ALLOW(__NR_fstat),
#ifdef __NR_newfstatat
    ALLOW(__NR_newfstatat),
#endif
#ifdef __NR_fstat64
    ALLOW(__NR_fstat64),
#endif
#ifdef __NR_fstatat64
    ALLOW(__NR_fstatat64),
#endif
#ifdef __NR_poll
    ALLOW(__NR_poll),
#endif
    ALLOW(__NR_ppoll),
#ifdef __NR_ppoll_time64
    ALLOW(__NR_ppoll_time64),
#endif
#ifdef __NR_clock_gettime64
    ALLOW(__NR_clock_gettime64),
#endif
#ifdef __NR_futex_time64
    ALLOW(__NR_futex_time64),
#endif
#ifdef __NR_getrandom
    ALLOW(__NR_getrandom),
#endif
#ifdef __NR_mmap
    ALLOW_DATA(__NR_mmap),
#endif
#ifdef __NR_mmap2
    ALLOW_DATA(__NR_mmap2),
#endif
    /* The load of args[2] above is only reached when its number matched, so the number is still loaded here. */
    ALLOW_DATA(__NR_mprotect),
    ANSWER(SECCOMP_RET_KILL_PROCESS),
};

static const char *filter_calls(void) {
  struct sock_fprog program = {sizeof filter / sizeof *filter, (struct sock_filter *)(void *)(size_t)filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return "none: no_new_privs refused";
  if (getenv("NK_NO_SECCOMP")) return "none: NK_NO_SECCOMP is set";
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) return "none: this kernel refuses seccomp filters";
  return "seccomp";
}
#elif defined(NK_SANITIZED)
static const char *filter_calls(void) { return "none: a sanitizer build"; }
#else
static const char *filter_calls(void) { return "none: no filter for this machine"; }
#endif

const char *nk_lockdown(size_t bytes) {
#ifndef NK_SANITIZED
  limit(RLIMIT_AS, (rlim_t)bytes * 2 + (256u << 20)); /* tables are a fraction of the file; answers and programs have caps of their own */
#else
  (void)bytes;
#endif
  limit(RLIMIT_NOFILE, 8);
  limit(RLIMIT_NPROC, 0);
  limit(RLIMIT_CORE, 0);
  return filter_calls();
}
