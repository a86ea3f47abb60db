// SPDX-License-Identifier: MIT
//
// What a server, or a record file, can tell a client: replies, events and statuses. A status that
// is taken keeps the contract and says the same after one more round.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <nlohmann/json.hpp>

#include "control/rpc.hpp"
#include "control/status_json.hpp"

namespace {

using namespace mcast;
using namespace mcast::control;

void take(const Json& json) {
    (void)parse_event(json);
    (void)parse_error(json);
    const auto status = parse_status(json);
    if (!status) return;
    const bool final = status->state != State::in_progress;
    if (final != (status->percent == 100)) std::abort();
    const std::string line = status_line(*status);
    const auto again = parse_status(parse_json(line).value());
    if (!again || status_line(*again) != line) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto json = parse_json(text)) take(*json);
    if (const auto reply = rpc::parse_reply(text)) take(reply->value);
    return 0;
}
