// SPDX-License-Identifier: MIT
#include "storage/ring_source.hpp"

#include <algorithm>
#include <memory>

#include "base/rng.hpp"
#include "support/catch.hpp"
#include "temp_folder.hpp"

using namespace mcast;
using storage::RingSource;
using test::Content;

namespace {

constexpr ByteCount kUnit = 1000;
constexpr ByteCount kLimit = 1'000'000;

/// A ring of four units, and the content of a stream that goes through it.
struct Ring {
    explicit Ring(ByteCount capacity = 4 * kUnit, ByteCount limit = kLimit) {
        auto created = RingSource::create(capacity, kUnit, limit);
        REQUIRE(created.has_value());
        ring = std::move(*created);
    }
    /// Fills in so much, or what there is room for.
    ByteCount fill(ByteCount bytes) {
        ByteCount done = 0;
        while (done < bytes) {
            const MutableBytes room = ring->room();
            if (room.empty()) break;
            const auto part = std::min<ByteCount>(room.size(), bytes - done);
            std::ranges::copy(Bytes(content).subspan(ring->available(), part), room.begin());
            ring->filled(part);
            done += part;
        }
        return done;
    }
    [[nodiscard]] bool holds(ByteCount begin, ByteCount end) const {
        Content read(end - begin);
        ring->read(begin, read);
        return std::ranges::equal(read, Bytes(content).subspan(begin, end - begin));
    }

    Content content = test::random_content(100'000, 11);
    std::unique_ptr<RingSource> ring;
};

}  // namespace

TEST_CASE("a ring has room for whole units, at least two", "[storage][stream]") {
    CHECK(Ring(4000).ring->capacity() == 4000);
    CHECK(Ring(4001).ring->capacity() == 5000);
    CHECK(Ring(1).ring->capacity() == 2000);
}

TEST_CASE("a ring takes content until it is full, and more when some is released",
          "[storage][stream]") {
    Ring r;
    CHECK(r.ring->available() == 0);
    CHECK(r.ring->size() == kLimit);
    CHECK(r.fill(9000) == 4000);
    CHECK(r.ring->room().empty());
    r.ring->release(1000);
    CHECK(r.ring->room().size() == 1000);
    CHECK(r.fill(9000) == 1000);
    CHECK(r.ring->available() == 5000);
    CHECK(r.holds(1000, 5000));
}

TEST_CASE("room lies in one piece, before the end of the ring and after it", "[storage][stream]") {
    Ring r;
    r.fill(3500);
    r.ring->release(2000);
    CHECK(r.ring->room().size() == 500);
    r.fill(500);
    CHECK(r.ring->room().size() == 2000);
}

TEST_CASE("a stream has no room beyond its limit", "[storage][stream]") {
    Ring r(4000, 2500);
    CHECK(r.fill(9000) == 2500);
    CHECK(r.ring->room().empty());
    CHECK(r.ring->size() == 2500);
}

TEST_CASE("what is in a ring is read in place by units, also where it wraps", "[storage][stream]") {
    Ring r;
    r.fill(4000);
    r.ring->release(3000);
    r.fill(2500);
    for (const ByteCount unit : std::initializer_list<ByteCount>{3000, 4000, 5000}) {
        const Bytes there = r.ring->view(unit);
        REQUIRE(there.size() >= kUnit);
        CHECK(std::ranges::equal(there.first(kUnit), Bytes(r.content).subspan(unit, kUnit)));
    }
    CHECK(r.holds(3500, 6500));
    CHECK(r.ring->view(6500).empty());
    CHECK(r.ring->view(7000).empty());
}

TEST_CASE("the end of a stream fills its last unit up with zeros", "[storage][stream]") {
    Ring r;
    r.fill(4000);
    r.ring->release(4000);
    r.fill(1300);
    r.ring->end();
    CHECK(r.ring->size() == 5300);
    CHECK(r.ring->available() == 5300);
    const Bytes last = r.ring->view(5000);
    REQUIRE(last.size() == kUnit);
    CHECK(std::ranges::equal(last.first(300), Bytes(r.content).subspan(5000, 300)));
    CHECK(std::ranges::all_of(last.subspan(300), [](auto byte) { return byte == 0; }));
    Content read(kUnit);
    r.ring->read(5000, read);
    CHECK(std::ranges::equal(read, last));
    CHECK(r.ring->room().empty());
}

TEST_CASE("the end of a stream in a full ring harms nothing that is kept", "[storage][stream]") {
    Ring r;
    r.fill(4000);
    SECTION("on the border of a unit") {
        r.ring->end();
        CHECK(r.holds(0, 4000));
        CHECK(r.ring->size() == 4000);
    }
    SECTION("within one") {
        r.ring->release(1000);
        r.fill(1);
        r.ring->end();
        CHECK(r.holds(1000, 4001));
    }
}

TEST_CASE("an empty stream is empty", "[storage][stream]") {
    Ring r;
    r.ring->end();
    CHECK(r.ring->size() == 0);
    CHECK(r.ring->view(0).empty());
}

TEST_CASE("content goes through a ring unchanged in any steps", "[storage][stream]") {
    const std::uint64_t seed = GENERATE(1U, 2U, 3U, 4U);
    CAPTURE(seed);
    Rng rng(seed);
    Ring r;
    ByteCount released = 0;
    while (r.ring->available() < r.content.size()) {
        const ByteCount filled = r.ring->available();
        r.fill(std::min<ByteCount>(rng.below(3000), r.content.size() - filled));
        REQUIRE(r.holds(released, r.ring->available()));
        if (rng.chance(0.7)) released = r.ring->available() / kUnit * kUnit;
        r.ring->release(released);
    }
    CHECK(r.ring->available() == r.content.size());
}

TEST_CASE("a ring knows which of its units are zeros", "[storage][stream]") {
    Ring r;
    std::fill_n(r.content.begin() + 1000, 1000, std::uint8_t{0});
    std::fill_n(r.content.begin() + 4000, 1500, std::uint8_t{0});
    for (ByteCount filled = 0; filled < 4000; filled += 500) r.fill(500);
    CHECK_FALSE(r.ring->is_zero(0));
    CHECK(r.ring->is_zero(1000));
    CHECK_FALSE(r.ring->is_zero(2000));
    r.ring->release(3000);
    r.fill(3000);  // at once, over the end of the memory
    CHECK(r.ring->is_zero(4000));
    CHECK_FALSE(r.ring->is_zero(5000));
}
