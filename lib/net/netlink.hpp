// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <linux/netlink.h>

#include "base/result.hpp"

namespace mcast::net {

/// A view of the attributes of an answer (netlink(7)), each of type, length and bytes. It ends at
/// the first attribute that does not fit.
class Attributes {
  public:
    using Content = std::span<const std::byte>;

    explicit Attributes(Content bytes) : bytes_(bytes) {}

    /// Calls `each(type, content)` for all of them, in the kernel's order.
    void for_each(const std::function<void(unsigned, Content)>& each) const;
    /// The first of that type; empty if there is none.
    [[nodiscard]] Content find(unsigned type) const;
    /// A number of that type; 0 if there is none, or it has another size.
    [[nodiscard]] std::uint32_t number(unsigned type) const;
    /// A text of that type, which ends with NUL; "" if there is none.
    [[nodiscard]] std::string text(unsigned type) const;

  private:
    Content bytes_;
};

/// The text in an attribute's bytes, without its NUL.
[[nodiscard]] std::string netlink_text(Attributes::Content content);

/// One answer: the header of its family (ifinfomsg, ifaddrmsg, rtmsg), then attributes.
class NetlinkAnswer {
  public:
    explicit NetlinkAnswer(std::span<const std::byte> bytes) : bytes_(bytes.begin(), bytes.end()) {}

    /// Zeros if the answer is too short.
    template <typename Header>
    [[nodiscard]] Header header() const {
        Header header{};
        if (bytes_.size() >= sizeof header) std::memcpy(&header, bytes_.data(), sizeof header);
        return header;
    }
    template <typename Header>
    [[nodiscard]] Attributes attributes() const {
        constexpr std::size_t kSkip = NLMSG_ALIGN(sizeof(Header));
        const std::span<const std::byte> all(bytes_);
        return Attributes(all.size() < kSkip ? std::span<const std::byte>{} : all.subspan(kSkip));
    }

  private:
    std::vector<std::byte> bytes_;
};

/// Asks the kernel's network tables (rtnetlink(7)). `request` is the header of the family and its
/// attributes. With `whole_table` the answers are all rows of the table, else there is one.
/// Error: network, with the errno that the kernel gave (ENETUNREACH: there is no such route).
[[nodiscard]] Result<std::vector<NetlinkAnswer>> ask_netlink(unsigned type, bool whole_table,
                                                             std::span<const std::byte> request);

}  // namespace mcast::net
