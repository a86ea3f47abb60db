// SPDX-License-Identifier: MIT
#include "session/loop/loopback_filter.hpp"

#include <bit>
#include <cstring>
#include <vector>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <sys/socket.h>

namespace mcast::session {
namespace {

// Offsets as a filter of a UDP socket counts them: 0 is the UDP header, SKF_NET_OFF the IP header.
constexpr std::uint32_t kSourcePort = 0;
constexpr std::uint32_t kNormType = 8;  // low four bits of the first byte after the UDP header
constexpr std::uint32_t kTypeData = 2;
// A batch of data is longer than this, and an offer is not.
constexpr std::uint32_t kLargePacket = 1200;
constexpr auto kNetwork = std::bit_cast<std::uint32_t>(SKF_NET_OFF);
constexpr std::uint32_t kV4Source = kNetwork + 12;
constexpr std::uint32_t kV6Source = kNetwork + 8;

constexpr sock_filter statement(unsigned code, std::uint32_t k) {
    return {static_cast<std::uint16_t>(code), 0, 0, k};
}

// A filter program of several tests. A packet is dropped if all of them hold.
class Filter {
  public:
    void require(unsigned load_size, std::uint32_t offset, std::uint32_t value,
                 std::uint32_t mask = 0) {
        code_.push_back(statement(BPF_LD | BPF_ABS | load_size, offset));
        if (mask != 0) code_.push_back(statement(BPF_ALU | BPF_AND | BPF_K, mask));
        code_.push_back(statement(BPF_JMP | BPF_JEQ | BPF_K, value));
    }

    /// The UDP header and what follows have at least so many bytes.
    void require_length(std::uint32_t least) {
        code_.push_back(statement(BPF_LD | BPF_W | BPF_LEN, 0));
        code_.push_back(statement(BPF_JMP | BPF_JGE | BPF_K, least));
    }

    std::vector<sock_filter> finish() {
        code_.push_back(statement(BPF_RET | BPF_K, 0));            // drop
        code_.push_back(statement(BPF_RET | BPF_K, 0xffffffffU));  // keep
        const std::size_t keep = code_.size() - 1;
        for (std::size_t i = 0; i < code_.size(); ++i) {
            if (BPF_CLASS(code_[i].code) == BPF_JMP) {
                code_[i].jf = static_cast<std::uint8_t>(keep - i - 1);
            }
        }
        return std::move(code_);
    }

  private:
    std::vector<sock_filter> code_;
};

void require_source(Filter& filter, const net::Endpoint& own) {
    if (!own.is_v6()) {
        filter.require(BPF_W, kV4Source, ntohl(own.v4().s_addr));
        return;
    }
    for (std::uint32_t word = 0; word < 4; ++word) {
        std::uint32_t value = 0;
        std::memcpy(&value, own.v6().s6_addr + 4 * word, sizeof value);
        filter.require(BPF_W, kV6Source + 4 * word, ntohl(value));
    }
}

}  // namespace

Result<void> drop_own_data(int fd, const net::Endpoint& own, bool sealed) {
    Filter filter;
    filter.require(BPF_H, kSourcePort, own.port());
    if (sealed)
        filter.require_length(kLargePacket);
    else
        filter.require(BPF_B, kNormType, kTypeData, 0x0f);
    require_source(filter, own);
    auto code = filter.finish();
    const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
    if (::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0) {
        return fail(ErrorCode::network, "cannot filter the echo of " + own.to_string(), errno);
    }
    return {};
}

}  // namespace mcast::session
