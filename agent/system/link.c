// SPDX-License-Identifier: Apache-2.0
/* News from the kernel about links, addresses and routes (rtnetlink(7)).
 *
 * Not here:  a table of what is up. Whether the server can be reached is asked by trying.
 */
#define _GNU_SOURCE
#include "agent/system/link.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int link_open(void)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK,
                                  .nl_groups =
                                      RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE};
    int link = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

    if (link < 0)
        return -1;
    if (bind(link, (const struct sockaddr *)&address, sizeof address) != 0) {
        close(link);
        return -1;
    }
    return link;
}

static bool news_of_a_way_out(const struct nlmsghdr *news)
{
    if (news->nlmsg_type == RTM_NEWADDR || news->nlmsg_type == RTM_NEWROUTE)
        return true;
    if (news->nlmsg_type == RTM_NEWLINK && news->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ifinfomsg))) {
        const struct ifinfomsg *about = (const struct ifinfomsg *)(const void *)((const char *)news + NLMSG_HDRLEN);

        return (about->ifi_flags & (unsigned)IFF_RUNNING) != 0 && (about->ifi_flags & (unsigned)IFF_LOOPBACK) == 0;
    }
    return false;
}

bool link_news(const void *messages, size_t size)
{
    bool way_out = false;

    for (size_t at = 0; at + NLMSG_HDRLEN <= size;) {
        _Alignas(struct nlmsghdr) char start[NLMSG_HDRLEN + sizeof(struct ifinfomsg)] = {0};
        struct nlmsghdr news;

        memcpy(start, (const char *)messages + at, size - at < sizeof start ? size - at : sizeof start);
        memcpy(&news, start, sizeof news);
        if (news.nlmsg_len < NLMSG_HDRLEN || news.nlmsg_len > size - at)
            break;
        way_out = news_of_a_way_out((const struct nlmsghdr *)(const void *)start) || way_out;
        at += NLMSG_ALIGN(news.nlmsg_len);
    }
    return way_out;
}

bool link_read(int link)
{
    _Alignas(struct nlmsghdr) char buffer[16 * 1024];
    bool way_out = false;

    for (;;) {
        ssize_t got = recv(link, buffer, sizeof buffer, MSG_DONTWAIT);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == ENOBUFS) { /* news were lost: assume the best, a sync will tell */
            way_out = true;
            continue;
        }
        if (got <= 0)
            return way_out;
        way_out = link_news(buffer, (size_t)got) || way_out;
    }
}
