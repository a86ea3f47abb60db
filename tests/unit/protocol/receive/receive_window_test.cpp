// SPDX-License-Identifier: MIT
#include "protocol/receive/receive_window.hpp"

#include "support/catch.hpp"
#include "wire/private/private_message.hpp"

using namespace mcast;
using namespace mcast::protocol;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr ByteCount kMiB = ByteCount{1} << 20;
constexpr Time kNow = Time(seconds(1000));

// 1000 blocks of 1 MiB.
const fec::BlockPartition kObject(1000 * kMiB, 8192, 128);

ReceiveWindow of(std::optional<ByteCount> largest, ByteCount chunk = kMiB) {
    return {kObject, largest, chunk};
}

/// A window that is used up by an output that keeps up.
ReceiveWindow::Use used_up() {
    return {.position = 32, .ordered = 0, .awaits_network = true, .grtt = milliseconds(100)};
}

}  // namespace

TEST_CASE("without a window everything may come in", "[protocol][receive_window]") {
    CHECK(ReceiveWindow().end_block() == 0);
    ReceiveWindow window = of(std::nullopt);
    CHECK_FALSE(window.limited());
    CHECK(window.end_block() == 1000);
    CHECK(window.end() == wire::Report::kNoWindow);
    CHECK_FALSE(window.worth_telling());
}

TEST_CASE("an object that fits needs no window", "[protocol][receive_window]") {
    CHECK_FALSE(ReceiveWindow(fec::BlockPartition(kMiB, 8192, 128), kMiB, kMiB).limited());
    CHECK(ReceiveWindow(fec::BlockPartition(2 * kMiB, 8192, 128), kMiB, kMiB).limited());
}

TEST_CASE("a window begins with 32 MiB, or with four chunks", "[protocol][receive_window]") {
    CHECK(of(512 * kMiB).size() == 32 * kMiB);
    CHECK(of(512 * kMiB).end_block() == 32);
    CHECK(of(512 * kMiB, 16 * kMiB).size() == 64 * kMiB);
    CHECK(of(8 * kMiB).size() == 8 * kMiB);
}

TEST_CASE("a window moves with what the output has released, never back",
          "[protocol][receive_window]") {
    ReceiveWindow window = of(32 * kMiB);
    window.release(10 * kMiB);
    CHECK(window.end_block() == 42);
    CHECK(window.end() == 42 * kMiB);
    window.release(5 * kMiB);
    CHECK(window.end_block() == 42);
}

TEST_CASE("the end of a window is that of a block, and goes on beyond the object",
          "[protocol][receive_window]") {
    ReceiveWindow window = of(32 * kMiB);
    window.release(10 * kMiB + 5000);
    CHECK(window.end() == 42 * kMiB);
    window.release(990 * kMiB);
    CHECK(window.end_block() == 1000);
    CHECK(window.end() == 1022 * kMiB);
}

TEST_CASE("an end that has moved by an eighth is worth telling", "[protocol][receive_window]") {
    ReceiveWindow window = of(32 * kMiB);
    CHECK(window.tell() == 32 * kMiB);
    CHECK_FALSE(window.worth_telling());
    window.release(3 * kMiB);
    CHECK_FALSE(window.worth_telling());
    window.release(4 * kMiB);
    CHECK(window.worth_telling());
    (void)window.tell();
    CHECK_FALSE(window.worth_telling());
}

TEST_CASE("a window that is used up doubles, once in a round trip and up to its largest",
          "[protocol][receive_window]") {
    ReceiveWindow window = of(100 * kMiB);
    window.widen(kNow, used_up());
    CHECK(window.size() == 64 * kMiB);
    CHECK(window.end_block() == 64);
    auto use = used_up();
    use.position = 64;
    window.widen(kNow + milliseconds(99), use);
    CHECK(window.size() == 64 * kMiB);
    window.widen(kNow + milliseconds(100), use);
    CHECK(window.size() == 100 * kMiB);
    use.position = 100;
    window.widen(kNow + seconds(1), use);
    CHECK(window.size() == 100 * kMiB);
}

TEST_CASE("a window stays when it is not used up, or when the output is what holds it up",
          "[protocol][receive_window]") {
    ReceiveWindow window = of(100 * kMiB);
    auto use = used_up();
    use.position = 27;
    window.widen(kNow, use);
    CHECK(window.size() == 32 * kMiB);
    use = used_up();
    use.awaits_network = false;
    window.widen(kNow, use);
    CHECK(window.size() == 32 * kMiB);
    use = used_up();
    use.ordered = 5 * kMiB;  // and not yet written out
    window.widen(kNow, use);
    CHECK(window.size() == 32 * kMiB);
}

TEST_CASE("two round trips of data ahead count as used up", "[protocol][receive_window]") {
    ReceiveWindow window = of(100 * kMiB);
    auto use = used_up();
    use.position = 20;
    use.bytes_in_flight = 5.9 * kMiB;
    window.widen(kNow, use);
    CHECK(window.size() == 32 * kMiB);
    use.bytes_in_flight = 6 * kMiB;
    window.widen(kNow, use);
    CHECK(window.size() == 64 * kMiB);
}
