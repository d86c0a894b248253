/* Picks the hot loops: scalar first, overrides after. */
#include "ops.h"

#if defined(__x86_64__)
#include <cpuid.h>

/* The OS must save the wide registers, else they may not be touched. */
static uint64_t xcr0(void) {
  uint32_t a, d;
  __asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
  return (uint64_t)d << 32 | a;
}

uint32_t nk_cpu_flags(void) {
  uint32_t a, b, c, d, c1, flags = 0;
  if (!__get_cpuid(1, &a, &b, &c1, &d)) return 0;
  int os = (c1 & bit_OSXSAVE) && (c1 & bit_AVX) && (c1 & bit_F16C);
  if (!os || (xcr0() & 6) != 6 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  if (b & bit_AVX2) flags |= NK_CPU_AVX2;
  int wide = (xcr0() & 0xe6) == 0xe6 && (b & bit_AVX512F) && (b & bit_AVX512VL) && (b & bit_AVX512BW) && (b & bit_AVX512DQ);
  if (flags && wide && (c & bit_AVX512VNNI)) flags |= NK_CPU_VNNI;
  return flags;
}
#elif defined(__linux__) && (defined(__aarch64__) || defined(__arm__))
#include <asm/hwcap.h>
#include <sys/auxv.h>

uint32_t nk_cpu_flags(void) {
  unsigned long has = getauxval(AT_HWCAP);
#if defined(__aarch64__)
  return (has & HWCAP_ASIMD ? NK_CPU_NEON : 0) | (has & HWCAP_ASIMDDP ? NK_CPU_DOTPROD : 0);
#else
  return has & HWCAP_NEON ? NK_CPU_NEON : 0;
#endif
}
#else
uint32_t nk_cpu_flags(void) { return 0; }
#endif

void nk_ops_init(nk_ops *o, uint32_t mask) {
  uint32_t flags = nk_cpu_flags() & mask;
  nk_ops_scalar(o);
  if (flags & NK_CPU_AVX2) nk_ops_avx2(o);
  if ((flags & NK_CPU_VNNI) && (flags & NK_CPU_AVX2)) nk_ops_vnni(o);
  if (flags & NK_CPU_NEON) nk_ops_neon(o);
  if ((flags & NK_CPU_DOTPROD) && (flags & NK_CPU_NEON)) nk_ops_dotprod(o);
}
