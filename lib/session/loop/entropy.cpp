// SPDX-License-Identifier: MIT
#include "session/loop/entropy.hpp"

#include <sys/random.h>

namespace mcast::session {
namespace {

bool reserved(std::uint32_t node) {
    return node == raw(NodeId::none) || node == raw(NodeId::any);
}

}  // namespace

Result<Entropy> draw_entropy(std::optional<std::uint32_t> node) {
    if (node && reserved(*node)) {
        return fail(ErrorCode::usage, "node id " + to_hex(NodeId{*node}) + " is reserved by NORM");
    }
    struct {
        std::uint64_t seed;
        std::uint64_t challenge;
        std::uint32_t node;
        std::uint32_t transfer;
        std::uint16_t instance;
    } drawn{};
    do {
        if (::getrandom(&drawn, sizeof drawn, 0) != static_cast<ssize_t>(sizeof drawn)) {
            return fail(ErrorCode::internal, "the system gives no random numbers", errno);
        }
    } while (reserved(drawn.node));
    return Entropy{NodeId{node.value_or(drawn.node)}, InstanceId{drawn.instance}, drawn.transfer,
                   drawn.seed, drawn.challenge};
}

}  // namespace mcast::session
