/* The LAN9118 of the board as lwIP's interface. It is asked, not heard: its interrupt only wakes
 * the processor, which has no handler for it. */
#include "../lwip/interface.h"
#include "board.h"

#include <lwip/netif.h>
#include <lwip/tcpip.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>
#include <stdlib.h>

enum {
  FRAME_MAX = 1514 + 4,
  CRC_OCTETS = 4,
  LAN9118_IRQ = 13,
  CYCLES_A_MS = 25000,
  SLEEP_MAX_MS = 600
};

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define LAN9118(offset) REGISTER(0x40200000U + (offset))
#define RX_DATA LAN9118(0x00)
#define TX_DATA LAN9118(0x20)
#define RX_STATUS LAN9118(0x40)
#define TX_STATUS LAN9118(0x48)
#define IRQ_CONFIG LAN9118(0x54)
#define INTERRUPTS LAN9118(0x58)
#define INTERRUPTS_ENABLED LAN9118(0x5c)
#define TX_CONFIG LAN9118(0x70)
#define RX_LEVELS LAN9118(0x7c)
#define MAC_COMMAND LAN9118(0xa4)
#define MAC_VALUE LAN9118(0xa8)
#define SYSTICK_CONTROL REGISTER(0xe000e010U)
#define SYSTICK_RELOAD REGISTER(0xe000e014U)
#define SYSTICK_VALUE REGISTER(0xe000e018U)
#define NVIC_ENABLE REGISTER(0xe000e100U)
#define NVIC_CLEAR REGISTER(0xe000e280U)
#define SCB_INTERRUPTS REGISTER(0xe000ed04U)

enum { RX_LEVEL_INTERRUPT = 1 << 3, SYSTICK_CLEAR = 1 << 25 };

static struct netif interface;

/* --- the chip --------------------------------------------------------------------------------- */

static void start_chip(void) {
  MAC_VALUE = 1U << 19 | 1U << 3 | 1U << 2; /* all multicast, transmitter, receiver */
  MAC_COMMAND = 1U << 31 | 1;               /* into MAC_CR */
  TX_CONFIG = 1U << 1;
  IRQ_CONFIG = 1U << 8 | 1U << 4 | 1U; /* on, active high, push-pull */
  INTERRUPTS_ENABLED = RX_LEVEL_INTERRUPT;
}

static err_t send_frame(struct netif *netif, struct pbuf *frame) {
  static uint32_t octets[FRAME_MAX / 4 + 1];
  (void)netif;
  uint32_t len = pbuf_copy_partial(frame, octets, FRAME_MAX, 0);
  TX_DATA = 1U << 13 | 1U << 12 | len; /* first and last segment */
  TX_DATA = len;
  for (uint32_t i = 0; i < (len + 3) / 4; i++)
    TX_DATA = octets[i];
  (void)TX_STATUS; /* else the chip's list of them fills */
  return ERR_OK;
}

static bool take_frame(void) {
  static uint32_t octets[FRAME_MAX / 4 + 2];
  if ((RX_LEVELS >> 16 & 0xff) == 0) return false;
  uint32_t len = RX_STATUS >> 16 & 0x3fff;
  for (uint32_t i = 0; i < (len + 3) / 4; i++) {
    uint32_t word = RX_DATA;
    if (i < sizeof octets / sizeof octets[0]) octets[i] = word;
  }
  if (len <= CRC_OCTETS || len > FRAME_MAX + CRC_OCTETS) return true;
  struct pbuf *frame = pbuf_alloc(PBUF_RAW, (u16_t)(len - CRC_OCTETS), PBUF_POOL);
  if (frame == NULL) return true; /* lost, as on any wire */
  pbuf_take(frame, octets, (u16_t)(len - CRC_OCTETS));
  if (ethernet_input(frame, &interface) != ERR_OK) pbuf_free(frame);
  return true;
}

/* --- the turns -------------------------------------------------------------------------------- */

bool board_turn(void) {
  unsigned handled = signals_seen().all;
  signals_take();
  bool taken = signals_seen().all != handled;
  INTERRUPTS = RX_LEVEL_INTERRUPT;
  NVIC_CLEAR = 1U << LAN9118_IRQ | 1U << SERIAL_IRQ;
  while (take_frame())
    taken = true;
  sys_check_timeouts();
  netif_poll_all();
  return taken;
}

/* With interrupts masked the processor wakes by one all the same, and goes on here. A frame that
 * came after the last turn had begun holds its interrupt up, so that there is no sleep. */
void board_sleep(uint32_t limit_ms) {
  uint32_t ms = sys_timeouts_sleeptime(); /* or SYS_TIMEOUTS_SLEEPTIME_INFINITE, which is more */
  if (ms > limit_ms) ms = limit_ms;
  if (ms > SLEEP_MAX_MS) ms = SLEEP_MAX_MS;
  if (ms == 0) return;
  SYSTICK_RELOAD = ms * CYCLES_A_MS - 1;
  SYSTICK_VALUE = 0;   /* from the new one on */
  SYSTICK_CONTROL = 7; /* on, with its interrupt, at the processor's clock */
  __asm__ volatile("wfi" ::: "memory");
  SYSTICK_CONTROL = 0;
  SCB_INTERRUPTS = SYSTICK_CLEAR;
}

void wire_start(void) {
  __asm__ volatile("cpsid i" ::: "memory");
  NVIC_ENABLE = 1U << LAN9118_IRQ | 1U << SERIAL_IRQ;
  start_chip();
}

/* --- the interface ---------------------------------------------------------------------------- */

static void add_interface(void) {
  static struct interface_plan plan = {
      .send = send_frame, .take = ethernet_input, .router = "203.0.113.1"};
  interface_add(&interface, &plan);
}

static void seed_chance(void) {
  unsigned seed = 0;
  if (board_read_file("/dev/urandom", &seed, sizeof seed) != sizeof seed) abort();
  srand(seed); /* lwIP draws its ports and sequence numbers from rand() */
}

void stack_start(void) {
  wire_start();
  seed_chance();
  tcpip_init(NULL, NULL);
  add_interface();
}
