// SPDX-License-Identifier: MIT
// The cores know of an envelope only that it makes packets longer, and that without a secret those
// of others come.
#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;

TEST_CASE("the bytes of packets count with their envelope", "[protocol][envelope]") {
    const auto sent = [](std::size_t envelope) {
        auto config = sender_config();
        config.envelope = envelope;
        SenderTalk talk(config);
        talk.hear(receiver().join());
        send_all(talk);
        return talk.core().stats();
    };
    const auto plain = sent(0);
    const auto sealed = sent(40);
    CHECK(sealed.bytes >= plain.bytes + 40 * 40);
    CHECK(sealed.bytes > sealed.packets * 40);

    auto config = ReceiverTalk::receiver_config();
    config.envelope = 40;
    ReceiverTalk talk(config);
    FakeSender sender;
    join(talk, sender);
    const auto before = talk.core().stats().bytes;
    const auto packet = sender.data(0, 0);
    talk.hear(packet);
    CHECK(talk.core().stats().bytes == before + packet.size() + 40);
}

TEST_CASE("a rate that is asked for holds the envelopes as well", "[protocol][envelope]") {
    const auto seconds_for = [](std::size_t envelope) {
        auto config = sender_config();
        config.envelope = envelope;
        config.rate = DataRate::bits_per_second(1e6);
        SenderTalk talk(config);
        talk.hear(receiver().join());
        const Time begin = talk.now;
        send_all(talk);
        return to_seconds(talk.now - begin);
    };
    // 40 packets of about 1060 bytes at 1 Mbit/s; a fifth more of them is envelope.
    CHECK(seconds_for(200) > 1.15 * seconds_for(0));
}

TEST_CASE("a sealed packet is for others, and no malformed one", "[protocol][envelope]") {
    const Buffer sealed(100, 0x4d);
    SenderTalk sender = begun_with_one();
    sender.hear(sealed);
    CHECK(sender.core().stats().unopened == 1);
    CHECK(sender.core().stats().malformed == 0);
    ReceiverTalk talk;
    talk.hear(sealed);
    FakeSender real;
    join(talk, real);
    talk.hear(sealed);
    CHECK(talk.core().stats().unopened == 2);
    CHECK(talk.core().stats().unopened_kinds.at("sealed") == 2);
    CHECK(talk.core().stats().malformed == 0);
}
