// SPDX-License-Identifier: MIT
#include "session/send/send_config.hpp"

#include <array>
#include <cmath>

#include "base/unicode.hpp"
#include "session/loop/entropy.hpp"
#include "session/loop/time_limit.hpp"
#include "session/notices.hpp"
#include "storage/digest.hpp"
#include "support/catch.hpp"
#include "wire/norm/header.hpp"
#include "wire/private/app_offer.hpp"

using namespace mcast;
using namespace mcast::session;

namespace {

constexpr Entropy kEntropy{NodeId{7}, InstanceId{8}, 9, 10};
constexpr std::size_t kEthernet = 1472;

SendOptions options_for(std::string path = "/data/image.raw") {
    SendOptions options;
    options.path = std::move(path);
    return options;
}

}  // namespace

TEST_CASE("a packet fills the MTU: 1452 bytes of content, 1448 with FEC id 129", "[session]") {
    auto options = options_for();
    CHECK(make_config(options, kEntropy, 5000, kEthernet)->object.segment_size == 1452);
    options.fec_id = 129;
    CHECK(make_config(options, kEntropy, 5000, kEthernet)->object.segment_size == 1448);
}

TEST_CASE("a segment that does not fit the interface is refused with what would", "[session]") {
    auto options = options_for();
    options.segment = 1452;
    CHECK(make_config(options, kEntropy, 5000, kEthernet)->object.segment_size == 1452);
    options.segment = 1453;
    const auto refused = make_config(options, kEntropy, 5000, kEthernet);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::usage);
    CHECK(refused.error().message.find("32 to 1452") != std::string::npos);
}

TEST_CASE("where the MTU is small the offer goes without host and with less of the note",
          "[session]") {
    constexpr std::size_t kSmall = 548;  // an MTU of 576
    auto options = options_for();
    options.name = std::string(255, 'n');
    options.meta = "build 7";
    CHECK(make_config(options, kEntropy, 5000, kSmall)->meta == "build 7");
    for (std::size_t i = 0; i < 250; ++i) options.meta += "\u00e9";
    const auto config = make_config(options, kEntropy, 5000, kSmall);
    REQUIRE(config);
    CHECK(config->name == options.name);
    CHECK(config->host.empty());
    CHECK(is_utf8(config->meta));
    CHECK(config->meta == options.meta.substr(0, config->meta.size()));
    wire::Offer offer{.transfer = 1, .name = config->name, .host = config->host};
    offer.meta = config->meta;
    std::array<std::uint8_t, 1200> space{};
    const std::size_t size = wire::kSenderHeader + offer.serialize(space);
    CHECK(size <= kSmall);
    CHECK(size >= kSmall - 1);  // half a letter is not sent
    CHECK(make_config(options, kEntropy, 5000, kEthernet)->meta == options.meta);
}

TEST_CASE("a file of more blocks than the FEC id can count is refused", "[session]") {
    auto options = options_for();
    options.segment = 32;
    const ByteCount most = ByteCount{(1 << 24) - 1} * 128 * 32;
    CHECK(make_config(options, kEntropy, most, kEthernet));
    const auto refused = make_config(options, kEntropy, most + 1, kEthernet);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::unsupported);
    options.fec_id = 129;
    CHECK(make_config(options, kEntropy, most + 1, kEthernet));
}

TEST_CASE("a file is offered by the last part of its path unless it is named", "[session]") {
    CHECK(*offered_name(options_for("/data/image.raw")) == "image.raw");
    CHECK(*offered_name(options_for("image.raw")) == "image.raw");
    auto options = options_for();
    options.name = "other";
    CHECK(*offered_name(options) == "other");
    CHECK_FALSE(offered_name(options_for("/data/")));
}

TEST_CASE("a name that receivers refuse is refused before anything is opened", "[session]") {
    const std::string name = GENERATE(as<std::string>{}, "a/b", "two\nlines", "..", "\x1b[2J",
                                      "\xff", std::string(256, 'x'));
    auto options = options_for();
    options.name = name;
    const auto refused = check_options(options);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::usage);
    CHECK(refused.error().message.find("--session") != std::string::npos);
    CHECK(refused.error().message.find('\n') == std::string::npos);
    if (name.find('/') != std::string::npos) return;
    options = options_for("/data/" + name);
    CHECK_FALSE(check_options(options));
    options.name = "harmless";
    CHECK(check_options(options));
}

TEST_CASE("without options it begins with the first receiver and waits for it without limit",
          "[session]") {
    const auto config = make_config(options_for(), kEntropy, 5000, kEthernet);
    REQUIRE(config);
    CHECK(config->begin_with == 1);
    CHECK_FALSE(config->start_after);
    CHECK_FALSE(config->waiting_limit);
    CHECK_FALSE(config->rate);
    CHECK(config->progress_limit == std::chrono::seconds(30));
    CHECK(config->digest.width == 16);
    CHECK(config->digest.chunk_size == storage::kMinChunkSize);
}

TEST_CASE("the option --timeout limits the waiting and the standing still", "[session]") {
    auto options = options_for();
    options.timeout = std::chrono::duration<double>(2.5);
    const auto config = make_config(options, kEntropy, 5000, kEthernet);
    REQUIRE(config);
    CHECK(config->waiting_limit == Duration(std::chrono::milliseconds(2500)));
    CHECK(config->progress_limit == Duration(std::chrono::milliseconds(2500)));
}

TEST_CASE("a time limit below 0 is a usage error", "[session]") {
    auto options = options_for();
    options.timeout = std::chrono::duration<double>(-1);
    const auto config = make_config(options, kEntropy, 5000, kEthernet);
    REQUIRE_FALSE(config);
    CHECK(config.error().code == ErrorCode::usage);
}

TEST_CASE("nonsense in the options is a usage error", "[session]") {
    const auto refused = [](auto change) {
        auto options = options_for();
        change(options);
        const auto checked = check_options(options);
        return !checked && checked.error().code == ErrorCode::usage;
    };
    CHECK(check_options(options_for()));
    CHECK(refused([](SendOptions& o) { o.fec_id = 2; }));
    CHECK(refused([](SendOptions& o) { o.rate_bps = 0; }));
    CHECK(refused([](SendOptions& o) { o.fec_percent = -1; }));
    CHECK(refused([](SendOptions& o) { o.fec_percent = 101; }));
    CHECK(refused([](SendOptions& o) { o.meta = std::string(513, 'x'); }));
    CHECK(refused([](SendOptions& o) { o.size_hint = 1; }));
    CHECK_FALSE(duration_of(std::chrono::duration<double>(-1)));
    CHECK_FALSE(duration_of(std::chrono::duration<double>(std::nan(""))));
}

TEST_CASE("a stream can be expected to have a size, and be sent to plain receivers",
          "[session][stream]") {
    const auto taken = [](auto change) {
        auto options = options_for();
        options.path = "-";
        change(options);
        return check_options(options).has_value();
    };
    CHECK(taken([](SendOptions& o) { o.size_hint = 5; }));
    CHECK(taken([](SendOptions& o) { o.plain = true; }));
    CHECK_FALSE(taken([](SendOptions& o) {
        o.plain = true;
        o.buffer = ByteCount{4} << 30;
    }));
    CHECK_FALSE(taken([](SendOptions& o) { o.on_slow.detach = true; }));
}

TEST_CASE("two draws give two identities; a given node id is taken, reserved ones are not",
          "[session]") {
    const auto first = draw_entropy({});
    const auto second = draw_entropy({});
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first->node != second->node);
    CHECK(first->seed != second->seed);
    CHECK(draw_entropy(42)->node == NodeId{42});
    CHECK_FALSE(draw_entropy(0));
    CHECK_FALSE(draw_entropy(0xffffffff));
}

TEST_CASE("a buffer warning comes when much less was granted, with the setting that helps",
          "[session]") {
    CHECK(buffer_warning("receive", {1 << 20, 1 << 20}, "net.core.rmem_max").empty());
    CHECK(buffer_warning("receive", {1 << 20, 1 << 19}, "net.core.rmem_max").empty());
    CHECK_FALSE(buffer_warning("receive", {1 << 20, (1 << 19) - 1}, "net.core.rmem_max").empty());
    const auto warning = buffer_warning("receive", {1 << 20, 212992}, "net.core.rmem_max");
    CHECK(warning.find("sudo sysctl -w net.core.rmem_max=1048576") != std::string::npos);
}

TEST_CASE("what happens to a receiver is told in a line, with its reason", "[session]") {
    ReceiverStatus row;
    row.id = "0a4d0002";
    row.address = "10.0.0.12";
    CHECK(receiver_text(Event::Kind::join, row) == "0a4d0002 (10.0.0.12) joined");
    row.host = "lab-02";
    row.cause = Cause::link;
    CHECK(receiver_text(Event::Kind::pace, row) == "lab-02 (10.0.0.12) sets the pace: link");
    row.state = State::failure;
    row.percent = 22;
    row.error = Error{ErrorCode::cancelled, 0, "interrupted"};
    CHECK(receiver_text(Event::Kind::receiver, row) ==
          "lab-02 (10.0.0.12) failed at 22 %: interrupted (cancelled)");
    row.state = State::success;
    CHECK(receiver_text(Event::Kind::receiver, row) == "lab-02 (10.0.0.12) has it");
    row.verified = true;
    CHECK(receiver_text(Event::Kind::receiver, row) == "lab-02 (10.0.0.12) has it, verified");
}
