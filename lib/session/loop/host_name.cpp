// SPDX-License-Identifier: MIT
#include "session/loop/host_name.hpp"

#include <array>

#include <unistd.h>

#include "wire/private/private_head.hpp"

namespace mcast::session {

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
    return wire::wire_text(name.data(), kLongestHost);
}

}  // namespace mcast::session
