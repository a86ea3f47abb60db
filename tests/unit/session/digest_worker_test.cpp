// SPDX-License-Identifier: MIT
#include "session/send/digest_worker.hpp"

#include <future>
#include <map>
#include <semaphore>

#include "storage/ring_source.hpp"
#include "support/catch.hpp"
#include "unit/session/content.hpp"
#include "unit/session/memory_source.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace mcast::test;

namespace {

constexpr auto kDeadline = std::chrono::seconds(20);  // a failure bound, never waited for
constexpr ByteCount kChunk = 1 << 20;

std::vector<std::uint8_t> random_content(std::size_t size) {
    return test::random_content(size, 74);
}

// Collects what the worker tells.
class Listener {
  public:
    DigestListener listener() {
        DigestListener l;
        l.digest = [this](std::uint32_t chunk, const storage::Digest& digest) {
            const std::scoped_lock lock(mutex_);
            digests_.emplace(chunk, digest);
            told_.notify_all();
        };
        l.all_done = [this](const storage::Digest& root) { root_.set_value(root); };
        l.changed = [this](Error error) { changed_.set_value(std::move(error)); };
        l.checked = [this] { checked_.release(); };
        return l;
    }
    std::size_t count() {
        const std::scoped_lock lock(mutex_);
        return digests_.size();
    }
    bool wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        return told_.wait_for(lock, kDeadline, [&] { return digests_.size() >= count; });
    }
    std::map<std::uint32_t, storage::Digest> digests() {
        const std::scoped_lock lock(mutex_);
        return digests_;
    }
    template <typename T>
    static T await(std::promise<T>& promise) {
        auto future = promise.get_future();
        REQUIRE(future.wait_for(kDeadline) == std::future_status::ready);
        return future.get();
    }
    storage::Digest root() { return await(root_); }
    Error changed() { return await(changed_); }
    void checked() { REQUIRE(checked_.try_acquire_for(kDeadline)); }

  private:
    std::mutex mutex_;
    std::condition_variable told_;
    std::map<std::uint32_t, storage::Digest> digests_;
    std::promise<storage::Digest> root_;
    std::promise<Error> changed_;
    std::counting_semaphore<> checked_{0};
};

}  // namespace

TEST_CASE("each chunk gets its digest, and the whole one over all of them", "[session]") {
    const auto piece = GENERATE(0, 300'000);
    MemorySource source(random_content(3 * kChunk + 17), static_cast<std::size_t>(piece));
    Listener listener;
    DigestWorker worker(source, DigestAlgorithm::sha256, kChunk, listener.listener());
    const auto root = listener.root();
    const auto digests = listener.digests();
    REQUIRE(digests.size() == 4);
    std::vector<storage::Digest> expected;
    for (std::size_t at = 0; at < source.content.size(); at += kChunk) {
        const auto size = std::min<std::size_t>(kChunk, source.content.size() - at);
        expected.push_back(
            storage::digest_of(DigestAlgorithm::sha256, Bytes(source.content).subspan(at, size)));
    }
    for (std::uint32_t chunk = 0; chunk < 4; ++chunk) {
        CHECK(digests.at(chunk) == expected[chunk]);
    }
    CHECK(root == storage::root_digest(DigestAlgorithm::sha256, source.size(), expected));
}

TEST_CASE("an empty source has no chunk and is done at once", "[session]") {
    MemorySource source(random_content(0));
    Listener listener;
    DigestWorker worker(source, DigestAlgorithm::xxh3_128, kChunk, listener.listener());
    CHECK(listener.root() == storage::root_digest(DigestAlgorithm::xxh3_128, 0, {}));
    CHECK(listener.count() == 0);
}

TEST_CASE("the worker stays a bounded way ahead of the sender", "[session]") {
    MemorySource source(random_content(40 * kChunk));
    Listener listener;
    DigestWorker worker(source, DigestAlgorithm::xxh3_128, kChunk, listener.listener());
    REQUIRE(listener.wait_for(DigestWorker::kAhead / kChunk));
    // Each answer comes while it waits, or between two pieces: one that ran on would be seen.
    for (int i = 0; i < 4; ++i) {
        worker.check_now();
        listener.checked();
    }
    CHECK(listener.count() == DigestWorker::kAhead / kChunk);
    worker.set_position(8 * kChunk);
    REQUIRE(listener.wait_for((DigestWorker::kAhead + 8 * kChunk) / kChunk));
    worker.set_position(source.size());
    std::ignore = listener.root();
    CHECK(listener.count() == 40);
}

TEST_CASE("pages leave behind the slower of hashing and sending", "[session]") {
    MemorySource source(random_content(40 * kChunk));
    Listener listener;
    DigestWorker worker(source, DigestAlgorithm::xxh3_128, kChunk, listener.listener());
    REQUIRE(listener.wait_for(DigestWorker::kAhead / kChunk));
    CHECK(source.dropped == 0);
    worker.set_position(20 * kChunk);
    REQUIRE(listener.wait_for(30));
    CHECK(source.dropped > 0);
    CHECK(source.dropped <= 20 * kChunk);
}

TEST_CASE("a source that changes while the worker waits is told without being asked", "[session]") {
    MemorySource source(random_content(40 * kChunk));
    Listener listener;
    DigestWorker worker(source, DigestAlgorithm::xxh3_128, kChunk, listener.listener());
    REQUIRE(listener.wait_for(DigestWorker::kAhead / kChunk));
    source.cut_short = true;
    CHECK(listener.changed().code == ErrorCode::source_changed);
}

TEST_CASE("a look at the source is answered after everything was hashed, too", "[session]") {
    MemorySource source(random_content(17));
    Listener listener;
    DigestWorker worker(source, DigestAlgorithm::xxh3_128, kChunk, listener.listener());
    std::ignore = listener.root();
    worker.check_now();
    listener.checked();
}

TEST_CASE("a source that is touched and not changed is hashed and sent to its end", "[session]") {
    MemorySource source(random_content(40 * kChunk));
    Listener listener;
    DigestWorker worker(source, DigestAlgorithm::xxh3_128, kChunk, listener.listener());
    REQUIRE(listener.wait_for(DigestWorker::kAhead / kChunk));
    ++source.touched;
    worker.check_now();
    listener.checked();
    worker.set_position(source.size());
    std::ignore = listener.root();
    ++source.touched;
    worker.check_now();
    listener.checked();
    CHECK(listener.count() == 40);
}

TEST_CASE("content that changed is found wherever it was, sent already or not", "[session]") {
    const std::size_t at = GENERATE(0U, 5U, 39U) * kChunk + 1000;
    MemorySource source(random_content(40 * kChunk));
    Listener listener;
    DigestWorker worker(source, DigestAlgorithm::xxh3_128, kChunk, listener.listener());
    worker.set_position(source.size());
    std::ignore = listener.root();
    source.content[at] ^= 1;
    ++source.touched;
    const Error error = listener.changed();
    CHECK(error.code == ErrorCode::source_changed);
    CHECK(error.message == "it differs");
}

TEST_CASE("what is hashed after a change is what is there then", "[session]") {
    MemorySource source(random_content(40 * kChunk));
    Listener listener;
    DigestWorker worker(source, DigestAlgorithm::xxh3_128, kChunk, listener.listener());
    REQUIRE(listener.wait_for(DigestWorker::kAhead / kChunk));
    source.content[30 * kChunk] ^= 1;  // not read so far
    ++source.touched;
    worker.set_position(source.size());
    std::ignore = listener.root();
    CHECK(listener.digests().at(30) ==
          storage::digest_of(DigestAlgorithm::xxh3_128,
                             Bytes(source.content).subspan(30 * kChunk, kChunk)));
}

namespace {

/// A stream on its way through a ring, and the worker that hashes it as it comes.
struct Streaming {
    Streaming() {
        auto created = storage::RingSource::create(8 * kChunk, 100'000, ByteCount{1} << 40);
        REQUIRE(created.has_value());
        ring = std::move(*created);
        worker = std::make_unique<DigestWorker>(*ring, DigestAlgorithm::xxh3_128, kChunk,
                                                listener.listener(), 0);
    }
    void fill_up_to(ByteCount end) {
        while (ring->available() < end) {
            const MutableBytes room = ring->room();
            const auto part = std::min<ByteCount>(room.size(), end - ring->available());
            std::ranges::copy(Bytes(content).subspan(ring->available(), part), room.begin());
            ring->filled(part);
        }
        worker->set_position(end);
    }
    [[nodiscard]] storage::Digest expected_root() const {
        std::vector<storage::Digest> chunks;
        for (ByteCount at = 0; at < ring->size(); at += kChunk)
            chunks.push_back(storage::digest_of(
                DigestAlgorithm::xxh3_128,
                Bytes(content).subspan(at, std::min<ByteCount>(kChunk, ring->size() - at))));
        return storage::root_digest(DigestAlgorithm::xxh3_128, ring->size(), chunks);
    }

    std::vector<std::uint8_t> content = random_content(5 * kChunk);
    Listener listener;
    std::unique_ptr<storage::RingSource> ring;
    std::unique_ptr<DigestWorker> worker;
};

}  // namespace

TEST_CASE("a stream is hashed as far as its content is there, and to its end",
          "[session][stream]") {
    Streaming stream;
    stream.fill_up_to(2 * kChunk + 500'000);
    REQUIRE(stream.listener.wait_for(2));
    stream.fill_up_to(4 * kChunk + 17);
    REQUIRE(stream.listener.wait_for(4));
    CHECK(stream.listener.count() == 4);
    stream.ring->end();
    CHECK(stream.listener.root() == stream.expected_root());
    CHECK(stream.listener.count() == 5);
}

TEST_CASE("a stream that ends with a chunk, or is empty, has no more chunks than that",
          "[session][stream]") {
    const std::uint32_t chunks = GENERATE(0U, 1U, 3U);
    Streaming stream;
    stream.fill_up_to(chunks * kChunk);
    REQUIRE(stream.listener.wait_for(chunks));
    stream.ring->end();
    CHECK(stream.listener.root() == stream.expected_root());
    CHECK(stream.listener.count() == chunks);
}

TEST_CASE("zeros are told before the digest of their chunk, and holes are not waited for",
          "[session]") {
    auto content = random_content(40 * kChunk);
    std::fill(content.begin() + kChunk / 2, content.begin() + 2 * kChunk, std::uint8_t{0});
    std::fill(content.begin() + 3 * kChunk, content.begin() + 39 * kChunk, std::uint8_t{0});
    MemorySource source(content);
    source.hole = {3 * kChunk, 39 * kChunk};
    Listener listener;
    auto calls = listener.listener();
    std::mutex mutex;
    std::vector<protocol::ByteRange> zeros;
    ByteCount up_to = 0;
    calls.scanned = [&](const Scanned& scanned) {
        const std::scoped_lock lock(mutex);
        zeros.insert(zeros.end(), scanned.zeros.begin(), scanned.zeros.end());
        up_to = scanned.up_to;
    };
    const auto digest = calls.digest;
    calls.digest = [&](std::uint32_t chunk, const storage::Digest& value) {
        const std::scoped_lock lock(mutex);
        CHECK(up_to >= std::min((chunk + 1) * kChunk, source.size()));
        digest(chunk, value);
    };
    DigestWorker worker(source, DigestAlgorithm::xxh3_128, kChunk, calls);
    REQUIRE(listener.wait_for(39));  // far beyond what it is ahead
    const std::scoped_lock lock(mutex);
    CHECK(zeros == std::vector<protocol::ByteRange>{
                       {kChunk / 2, kChunk}, {kChunk / 2, 2 * kChunk}, {3 * kChunk, 39 * kChunk}});
    const std::vector<std::uint8_t> none(kChunk);
    CHECK(listener.digests().at(20) == storage::digest_of(DigestAlgorithm::xxh3_128, none));
}

TEST_CASE("a hole is not read when a source that was touched is compared", "[session]") {
    auto content = random_content(40 * kChunk);
    std::fill(content.begin() + 10 * kChunk, content.begin() + 30 * kChunk, std::uint8_t{0});
    MemorySource source(content);
    source.hole = {10 * kChunk, 30 * kChunk};
    Listener listener;
    DigestWorker worker(source, DigestAlgorithm::xxh3_128, kChunk, listener.listener());
    worker.set_position(source.size());
    std::ignore = listener.root();
    source.content[20 * kChunk] = 1;  // who reads it finds something else
    ++source.touched;
    worker.check_now();
    listener.checked();
    CHECK(listener.count() == 40);
}
