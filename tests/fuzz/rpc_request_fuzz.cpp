// SPDX-License-Identifier: MIT
//
// What a client of the control socket can send: framing, requests and their answers. The first
// byte says in how large pieces the rest arrives.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "control/request_handler.hpp"
#include "control/rpc.hpp"

namespace {

using namespace mcast;
using namespace mcast::control;

Handlers handlers() {
    Handlers h;
    h.status = [] { return Status{}; };
    h.cancel = [](std::string reason) -> Handlers::Outcome {
        if (reason.size() > rpc::kMaxText) std::abort();
        return {};
    };
    h.set_rate = [](std::optional<std::uint64_t> bps) -> Handlers::Outcome {
        if (bps == 0U) std::abort();
        return {};
    };
    return h;
}

void take(std::string_view line) {
    static const Handlers kHandlers = handlers();
    if (line.size() >= rpc::kMaxRequest) std::abort();
    const auto request = rpc::parse_request(line);
    const std::string reply =
        request ? answer(*request, kHandlers) : rpc::fault_line(request.error());
    // An answer is one line that our own client understands.
    if (reply.empty()) return;
    if (reply.find('\n') != reply.size() - 1) std::abort();
    (void)rpc::parse_reply(std::string_view(reply).substr(0, reply.size() - 1));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = std::size_t{data[0]} + 1;
    std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    rpc::LineFramer framer(rpc::kMaxRequest);
    while (!rest.empty()) {
        framer.push(rest.substr(0, piece));
        rest.remove_prefix(std::min(piece, rest.size()));
        while (const auto line = framer.next()) take(*line);
    }
    (void)framer.overflowed();
    return 0;
}
