// SPDX-License-Identifier: MIT
// The content of a stream on its way from a descriptor to the core.
#include "session/send/stream_reader.hpp"

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "session/send/stream_feed.hpp"
#include "support/catch.hpp"
#include "unit/protocol/core_harness.hpp"
#include "unit/session/content.hpp"

using namespace mcast;
using namespace mcast::session;
using storage::RingSource;

namespace {

constexpr int kDeadline = 20'000;  // ms; a failure bound, never waited for
constexpr ByteCount kUnit = 1000;

Mailbox mailbox_of_loop() {
    auto waker = net::Waker::open();
    REQUIRE(waker.has_value());
    return Mailbox(std::move(*waker));
}

std::unique_ptr<RingSource> ring_of(ByteCount capacity, ByteCount unit, ByteCount limit) {
    auto ring = RingSource::create(capacity, unit, limit);
    REQUIRE(ring.has_value());
    return std::move(*ring);
}

StreamInput command(const std::string& text) {
    auto input = start_producer(text);
    REQUIRE(input.has_value());
    return std::move(*input);
}

/// A pipe as input, and the loop that hears of what becomes of it.
struct Input {
    Input() {
        std::array<int, 2> fds{};
        REQUIRE(::pipe2(fds.data(), O_CLOEXEC) == 0);
        input.own = UniqueFd(fds[0]);
        in = UniqueFd(fds[1]);
    }
    void write(Bytes bytes) const {
        REQUIRE(::write(in.get(), bytes.data(), bytes.size()) ==
                static_cast<ssize_t>(bytes.size()));
    }
    /// Turns of the loop until then.
    void wait_until(const std::function<bool()>& condition) {
        while (!condition()) {
            pollfd wait{mailbox.fd(), POLLIN, 0};
            REQUIRE(::poll(&wait, 1, kDeadline) == 1);
            mailbox.drain();
            mailbox.run();
        }
    }

    StreamInput input{.name = "the test", .own = {}};
    UniqueFd in;
    Mailbox mailbox = mailbox_of_loop();
    std::vector<Error> errors;
};

/// What is read from it into a ring.
struct Reading : Input {
    explicit Reading(ByteCount capacity = 4 * kUnit, ByteCount limit = 1'000'000)
        : ring(ring_of(capacity, kUnit, limit)) {}
    void start() {
        auto started = StreamReader::start(*ring, std::move(input), mailbox,
                                           [this](Error error) { errors.push_back(error); });
        REQUIRE(started.has_value());
        reader = std::move(*started);
    }
    void wait_for(ByteCount available) {
        wait_until([&] {
            reader->want_more();
            return ring->available() >= available;
        });
        CHECK(ring->available() == available);
    }
    void wait_for_end() {
        wait_until([&] { return reader->ended(); });
    }
    [[nodiscard]] Error wait_for_error() {
        wait_until([&] { return !errors.empty(); });
        CHECK_FALSE(reader->ended());
        return errors.front();
    }
    [[nodiscard]] bool holds(ByteCount begin) const {
        std::vector<std::uint8_t> read(ring->available() - begin);
        ring->read(begin, read);
        return std::ranges::equal(read, Bytes(content).subspan(begin, read.size()));
    }

    std::vector<std::uint8_t> content = test::random_content(10'000, 5);
    std::unique_ptr<RingSource> ring;
    std::unique_ptr<StreamReader> reader;
};

}  // namespace

TEST_CASE("a stream is read as it comes, and its end is told", "[session][stream]") {
    Reading reading(20 * kUnit);
    reading.start();
    reading.write(Bytes(reading.content).first(1234));
    reading.wait_for(1234);
    reading.write(Bytes(reading.content).subspan(1234));
    reading.wait_for(10'000);
    CHECK(reading.holds(0));
    CHECK_FALSE(reading.reader->ended());
    reading.in.reset();
    reading.wait_for_end();
    CHECK(reading.ring->size() == 10'000);
    CHECK(reading.errors.empty());
}

TEST_CASE("an empty stream ends at once", "[session][stream]") {
    Reading reading;
    reading.in.reset();
    reading.start();
    reading.wait_for_end();
    CHECK(reading.ring->size() == 0);
}

TEST_CASE("a reader waits while its ring is full, and goes on when there is room",
          "[session][stream]") {
    Reading reading;
    reading.start();
    reading.write(reading.content);
    reading.in.reset();
    for (const ByteCount released : {0U, 1000U, 3000U, 6000U}) {
        reading.ring->release(released);
        reading.reader->made_room();
        reading.wait_for(released + 4 * kUnit);
        CHECK(reading.holds(released));
    }
    reading.ring->release(9000);
    reading.reader->made_room();
    reading.wait_for_end();
    CHECK(reading.ring->size() == 10'000);
}

TEST_CASE("a reader that waits for input, or for room, can be stopped", "[session][stream]") {
    Reading reading;
    reading.start();
    SECTION("for input") {
        reading.write(Bytes(reading.content).first(10));
        reading.wait_for(10);
    }
    SECTION("for room") {
        reading.write(reading.content);
        reading.wait_for(4 * kUnit);
    }
    reading.reader.reset();
}

TEST_CASE("input that cannot be read is no end", "[session][stream]") {
    Reading reading;
    reading.input.own = UniqueFd(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    reading.start();
    const Error error = reading.wait_for_error();
    CHECK_THAT(error.message, Catch::Contains("cannot read the test"));
    CHECK(reading.ring->size() == 1'000'000);
}

TEST_CASE("the end of a command's output is that of a stream if the command ends well",
          "[session][stream]") {
    Reading reading;
    reading.input = command("printf abc; exec >&-; true");
    reading.start();
    reading.wait_for_end();
    CHECK(reading.ring->size() == 3);
}

TEST_CASE("the end of a command's output is no end if the command fails", "[session][stream]") {
    Reading reading;
    reading.input = command("printf abc; exec >&-; exit 3");
    reading.start();
    const Error error = reading.wait_for_error();
    CHECK(error.code == ErrorCode::exec_failed);
    CHECK_THAT(error.message, Catch::Contains("the command ") && Catch::Contains("3"));
    CHECK(reading.ring->size() == 1'000'000);
}

TEST_CASE("a reader that waits for a command that has closed its output can be stopped",
          "[session][stream]") {
    Reading reading;
    reading.input = command("printf abc; exec >&-; exec sleep 1000");
    reading.start();
    reading.wait_for(3);
    reading.reader.reset();
    CHECK(reading.ring->size() == 1'000'000);
}

TEST_CASE("input that is longer than a stream can be is refused", "[session][stream]") {
    Reading reading(4 * kUnit, 2500);
    reading.write(reading.content);
    reading.start();
    const Error error = reading.wait_for_error();
    CHECK(error.code == ErrorCode::unsupported);
    CHECK_THAT(error.message, Catch::Contains("longer than a stream can be, 2500 bytes"));
}

namespace {

constexpr ByteCount kBlock = 10'000;
constexpr ByteCount kRing = 2'100'000;

protocol::SenderConfig stream_config() {
    auto config = protocol::test::sender_config();
    config.object = protocol::test::stream_of_tens();
    config.digest.chunk_size = 100'000;
    config.buffer = kRing;
    config.plain = false;
    return config;
}

/// Input that comes to a sender with one receiver.
struct Feeding : Input {
    Feeding() {
        REQUIRE(feed.start(std::move(input), mailbox, [this](Error e) { errors.push_back(e); })
                    .has_value());
    }
    DigestListener listener() {
        DigestListener tell;
        tell.digest = [this](std::uint32_t chunk, const storage::Digest& digest) {
            mailbox.post([this, chunk, digest] { core().add_digest(chunk, digest.span()); });
        };
        tell.all_done = [this](const storage::Digest&) { mailbox.wake(); };
        tell.changed = [](Error) {};
        tell.checked = [] {};
        return tell;
    }
    protocol::Sender& core() { return talk.core(); }
    void turn_until(const std::function<bool()>& condition) {
        wait_until([&] {
            feed.turn(talk.now);
            return condition();
        });
    }
    void report(ByteCount done) {
        talk.hear(protocol::test::receiver().report({.bytes_done = done}));
    }
    void pass_until_sent(ByteCount position) {
        talk.pass_until([&] { return core().position() >= position; }, std::chrono::seconds(10));
    }

    protocol::test::SenderTalk talk = protocol::test::begun_with_one(stream_config());
    std::unique_ptr<RingSource> ring = ring_of(kRing, kBlock, stream_config().object.size);
    DigestWorker digests{*ring, DigestAlgorithm::xxh3_128, 100'000, listener(), 0};
    StreamFeed feed{*ring, talk.core(), digests};
};

}  // namespace

TEST_CASE("a feed brings content to the sender, and releases what its receivers have",
          "[session][stream]") {
    Feeding feeding;
    const auto content = test::random_content(3'000'000, 6);
    std::jthread producer([&] {
        for (Bytes rest = content; !rest.empty();) {
            const ssize_t count = ::write(feeding.in.get(), rest.data(), rest.size());
            if (count <= 0) return;
            rest = rest.subspan(static_cast<std::size_t>(count));
        }
        feeding.in.reset();
    });
    feeding.turn_until([&] { return feeding.core().available() == kRing; });
    feeding.pass_until_sent(kRing);
    CHECK(feeding.core().released() == 0);
    feeding.report(1'200'000);
    feeding.turn_until([&] { return feeding.core().available() == 3'000'000; });
    CHECK(feeding.core().released() >= 900'000);
    CHECK(feeding.core().released() <= 1'200'000);
    feeding.turn_until([&] { return !feeding.core().config().object.open(); });
    CHECK(feeding.core().config().object.size == 3'000'000);
    feeding.pass_until_sent(3'000'000);
    CHECK(feeding.core().first_pass_done());
    CHECK(feeding.errors.empty());
}
