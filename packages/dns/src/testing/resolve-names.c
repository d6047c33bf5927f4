// Asks the C library's resolver: for each word `KIND=NAME` one line `KIND=NAME answer answer…`. KIND is `addr` (both
// families, as programs do), `name` (of an address), or a record's type.
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <stdio.h>
#include <string.h>

static void addresses(const char *name) {
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *list, *each;
  int error = getaddrinfo(name, NULL, &hints, &list);
  if (error) {
    printf(" %s", error == EAI_NONAME ? "NONAME" : error == EAI_AGAIN ? "AGAIN" : gai_strerror(error));
    return;
  }
  for (each = list; each; each = each->ai_next) {
    char text[NI_MAXHOST];
    getnameinfo(each->ai_addr, each->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST);
    printf(" %s", text);
  }
  freeaddrinfo(list);
}

static void name_of(const char *address) {
  struct sockaddr_in6 six = {.sin6_family = AF_INET6};
  struct sockaddr_in four = {.sin_family = AF_INET};
  char name[NI_MAXHOST];
  int is_six = inet_pton(AF_INET6, address, &six.sin6_addr) == 1;
  if (!is_six) inet_pton(AF_INET, address, &four.sin_addr);
  int error = is_six ? getnameinfo((void *)&six, sizeof six, name, sizeof name, NULL, 0, NI_NAMEREQD)
                     : getnameinfo((void *)&four, sizeof four, name, sizeof name, NULL, 0, NI_NAMEREQD);
  printf(" %s", error ? "NONAME" : name);
}

static void records(const char *kind, const char *name) {
  static const struct { const char *name; int type; } types[] = {
      {"A", ns_t_a}, {"AAAA", ns_t_aaaa}, {"SRV", ns_t_srv}, {"PTR", ns_t_ptr},
      {"CNAME", ns_t_cname}, {"TXT", ns_t_txt}, {"NS", ns_t_ns}};
  static unsigned char answer[65536];
  int type = 0;
  for (unsigned i = 0; i < sizeof types / sizeof *types; i++)
    if (!strcmp(types[i].name, kind)) type = types[i].type;
  int length = res_search(name, ns_c_in, type, answer, sizeof answer);
  ns_msg message;
  if (length < 0 || ns_initparse(answer, length, &message) < 0) {
    printf(" NONE");
    return;
  }
  for (int i = 0; i < ns_msg_count(message, ns_s_an); i++) {
    ns_rr record;
    char text[NS_MAXDNAME] = "?";
    if (ns_parserr(&message, ns_s_an, i, &record) < 0) break;
    const unsigned char *data = ns_rr_rdata(record), *start = ns_msg_base(message), *end = ns_msg_end(message);
    int shift = ns_rr_type(record) == ns_t_srv ? 6 : 0;
    switch (ns_rr_type(record)) {
      case ns_t_a: inet_ntop(AF_INET, data, text, sizeof text); break;
      case ns_t_aaaa: inet_ntop(AF_INET6, data, text, sizeof text); break;
      case ns_t_txt: snprintf(text, sizeof text, "%.*s", data[0], data + 1); break;
      default: dn_expand(start, end, data + shift, text, sizeof text);
    }
    printf(" %s/%u/", ns_rr_name(record), (unsigned)ns_rr_ttl(record));
    if (shift) printf("%u/%u/%u/", ns_get16(data), ns_get16(data + 2), ns_get16(data + 4));
    printf("%s", text);
  }
}

int main(int count, char **words) {
  for (int i = 1; i < count; i++) {
    char *kind = words[i], *name = strchr(kind, '=');
    if (!name) return 2;
    printf("%s", kind);
    *name++ = 0;
    if (!strcmp(kind, "addr")) addresses(name);
    else if (!strcmp(kind, "name")) name_of(name);
    else records(kind, name);
    printf("\n");
  }
  return 0;
}
