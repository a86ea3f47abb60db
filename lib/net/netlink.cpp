// SPDX-License-Identifier: MIT
#include "net/netlink.hpp"

#include <algorithm>
#include <cerrno>

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "os/unique_fd.hpp"

namespace mcast::net {
namespace {

using Byte = std::byte;

// The kernel puts no more than 32 KiB into one datagram (NLMSG_GOODSIZE and its dump callbacks).
constexpr std::size_t kBuffer = 32768;
// A table that changes while it is read is read again, so many times at most.
constexpr int kMostReadings = 5;
// Masks the marks of nested content and byte order out of an attribute's type.
constexpr unsigned kTypeMask = 0x3fff;

std::unexpected<Error> failed(int error) {
    return fail(ErrorCode::network,
                std::string("cannot ask the kernel about the network: ") + std::strerror(error),
                error);
}

template <typename Value>
Value value_at(std::span<const Byte> bytes) {
    Value value{};
    if (bytes.size() >= sizeof value) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

static_assert(sizeof(nlmsghdr) == NLMSG_HDRLEN);

Result<void> send_request(int fd, unsigned type, bool whole_table, std::span<const Byte> request) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(NLMSG_HDRLEN + request.size());
    header.nlmsg_type = static_cast<std::uint16_t>(type);
    header.nlmsg_flags = NLM_F_REQUEST;
    if (whole_table) header.nlmsg_flags |= NLM_F_DUMP;
    const auto head = std::as_bytes(std::span(&header, 1));
    std::vector<Byte> message(head.begin(), head.end());
    message.insert(message.end(), request.begin(), request.end());
    if (::send(fd, message.data(), message.size(), 0) < 0) return failed(errno);
    return {};
}

struct Reading {
    std::vector<NetlinkAnswer> answers;
    bool done = false;
    bool interrupted = false;  ///< the table changed meanwhile: rows may be missing or doubled
};

// Takes the messages of one datagram.
Result<void> take(std::span<const Byte> datagram, bool whole_table, Reading& reading) {
    while (datagram.size() >= NLMSG_HDRLEN && !reading.done) {
        const auto header = value_at<nlmsghdr>(datagram);
        if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > datagram.size()) break;
        const auto content = datagram.subspan(NLMSG_HDRLEN, header.nlmsg_len - NLMSG_HDRLEN);
        if (header.nlmsg_type == NLMSG_ERROR) return failed(-value_at<nlmsgerr>(content).error);
        if ((header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) reading.interrupted = true;
        const bool end = header.nlmsg_type == NLMSG_DONE;
        if (!end) reading.answers.emplace_back(content);
        reading.done = end || !whole_table;
        datagram =
            datagram.subspan(std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), datagram.size()));
    }
    return {};
}

Result<Reading> read_answers(int fd, bool whole_table) {
    std::vector<Byte> buffer(kBuffer);
    Reading reading;
    while (!reading.done) {
        const auto size = ::recv(fd, buffer.data(), buffer.size(), 0);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return failed(size < 0 ? errno : EIO);
        const auto datagram = std::span(buffer).first(static_cast<std::size_t>(size));
        if (auto taken = take(datagram, whole_table, reading); !taken) {
            return std::unexpected(taken.error());
        }
    }
    return reading;
}

}  // namespace

void Attributes::for_each(const std::function<void(unsigned, Content)>& each) const {
    auto rest = bytes_;
    while (rest.size() >= sizeof(rtattr)) {
        const auto head = value_at<rtattr>(rest);
        if (head.rta_len < sizeof head || head.rta_len > rest.size()) return;
        each(head.rta_type & kTypeMask, rest.subspan(sizeof head, head.rta_len - sizeof head));
        rest = rest.subspan(std::min<std::size_t>(RTA_ALIGN(head.rta_len), rest.size()));
    }
}

Attributes::Content Attributes::find(unsigned type) const {
    Content found;
    for_each([&](unsigned each, Content content) {
        if (each == type && found.empty()) found = content;
    });
    return found;
}

std::uint32_t Attributes::number(unsigned type) const {
    const auto content = find(type);
    return content.size() == sizeof(std::uint32_t) ? value_at<std::uint32_t>(content) : 0;
}

std::string Attributes::text(unsigned type) const {
    return netlink_text(find(type));
}

std::string netlink_text(Attributes::Content content) {
    std::string text(content.size(), '\0');
    std::ranges::transform(content, text.begin(), [](Byte b) { return static_cast<char>(b); });
    return text.substr(0, text.find('\0'));
}

Result<std::vector<NetlinkAnswer>> ask_netlink(unsigned type, bool whole_table,
                                               std::span<const Byte> request) {
    for (int readings = 1;; ++readings) {
        const UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
        if (!fd.valid()) return failed(errno);
        if (auto sent = send_request(fd.get(), type, whole_table, request); !sent) {
            return std::unexpected(sent.error());
        }
        auto reading = read_answers(fd.get(), whole_table);
        if (!reading) return std::unexpected(reading.error());
        if (!reading->interrupted || readings == kMostReadings) return std::move(reading->answers);
    }
}

}  // namespace mcast::net
