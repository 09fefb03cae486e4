/**
 * The system-call filter of every jail, as a classic BPF program for `bwrap --seccomp`. Calls that lead to mounting,
 * other namespaces, other processes' memory, keys, kernel modules or the clock fail with EPERM; a foreign architecture
 * (for example 32-bit calls, whose numbers mean something else) ends the process.
 */
export type FilterArchitecture = "x64" | "arm64";

const auditArchitecture: Readonly<Record<FilterArchitecture, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 };

/** Refused calls: their numbers on x64 and on arm64 (null: the architecture does not have the call). */
export const refusedCalls: Readonly<Record<string, readonly [number | null, number | null]>> = {
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  pidfd_getfd: [438, 438],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  open_tree_attr: [467, 467],
  unshare: [272, 97],
  setns: [308, 268],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  acct: [163, 89],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  syslog: [103, 116],
  open_by_handle_at: [304, 265],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  adjtimex: [159, 171],
  clock_adjtime: [305, 266],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  move_pages: [279, 239],
  vhangup: [153, 58],
  iopl: [172, null],
  ioperm: [173, null],
  modify_ldt: [154, null],
};

const loadWord = 0x20;
const jumpIfEqual = 0x15;
const jumpIfAtLeast = 0x35;
const give = 0x06;
const allow = 0x7fff0000;
const refuseWithEperm = 0x00050001;
const killProcess = 0x80000000;
const numberOffset = 0;
const architectureOffset = 4;
/** x64 calls with this bit use the x32 table, which would go round the list. */
const x32Bit = 0x40000000;

interface Instruction {
  readonly code: number;
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  readonly value: number;
}

/** The filter as bytes: an array of `struct sock_filter`, little endian on both architectures. */
export function buildSeccompFilter(architecture: FilterArchitecture): Uint8Array {
  const column = architecture === "x64" ? 0 : 1;
  const numbers = Object.values(refusedCalls).flatMap((pair) => pair[column] ?? []);
  const step = (code: number, value: number): Instruction => ({ code, value, jumpTrue: 0, jumpFalse: 0 });
  const checks = [
    ...(architecture === "x64" ? [{ code: jumpIfAtLeast, value: x32Bit }] : []),
    ...numbers.map((value) => ({ code: jumpIfEqual, value })),
  ];
  return encode([
    step(loadWord, architectureOffset),
    { ...step(jumpIfEqual, auditArchitecture[architecture]), jumpTrue: 1 },
    step(give, killProcess),
    step(loadWord, numberOffset),
    // Each check jumps over the remaining checks and the `allow` to the refusal at the end.
    ...checks.map((check, index) => ({ ...step(check.code, check.value), jumpTrue: checks.length - index })),
    step(give, allow),
    step(give, refuseWithEperm),
  ]);
}

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(program.length * 8));
  program.forEach((instruction, index) => {
    bytes.setUint16(index * 8, instruction.code, true);
    bytes.setUint8(index * 8 + 2, instruction.jumpTrue);
    bytes.setUint8(index * 8 + 3, instruction.jumpFalse);
    bytes.setUint32(index * 8 + 4, instruction.value, true);
  });
  return new Uint8Array(bytes.buffer);
}
