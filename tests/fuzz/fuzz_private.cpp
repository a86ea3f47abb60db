// SPDX-License-Identifier: MIT
#include <vector>

#include "expect.hpp"
#include "wire/private/private_message.hpp"

using namespace mcast;
using namespace mcast::wire;

namespace {

template <typename M>
void check(Bytes payload) {
    const auto message = M::parse(payload);
    if (!message) return;
    std::vector<std::uint8_t> out(payload.size());
    out.resize(message->serialize(out));
    const auto parsed = M::parse(out);
    EXPECT_ALWAYS(parsed.has_value());
    std::vector<std::uint8_t> again(out.size());
    EXPECT_ALWAYS(parsed->serialize(again) == out.size() && again == out);
}

}  // namespace

// Any bytes as a private message: what is understood is written again no longer than it was, and
// from then on is the same bytes for ever.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes payload(data, size);
    check<Offer>(payload);
    check<ReceiverStates>(payload);
    check<Digests>(payload);
    check<Zeros>(payload);
    check<End>(payload);
    check<Join>(payload);
    check<Report>(payload);
    check<DigestRequest>(payload);
    check<Done>(payload);
    const bool from_sender = parse_sender_message(payload).has_value();
    const bool from_receiver = parse_receiver_message(payload).has_value();
    EXPECT_ALWAYS(!from_sender || !from_receiver);
    return 0;
}
