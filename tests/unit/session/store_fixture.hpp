// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "session/receive/content_store.hpp"
#include "session/receive/output_writer.hpp"
#include "support/catch.hpp"
#include "unit/session/content.hpp"
#include "unit/session/memory_sink.hpp"

namespace mcast::session::test {

using namespace mcast::test;
using protocol::Order;
using protocol::Placement;

inline constexpr std::uint64_t kSeed = 72;
inline constexpr std::uint32_t kChunk = 1000;

/// An object on its way into a memory sink; jobs are made of (block, symbol) and orders.
class StoreFixture {
  public:
    explicit StoreFixture(ByteCount size, std::optional<ByteCount> window = {}, bool digests = true)
        : StoreFixture(object_of(size), object_of(size), window, digests) {}
    /// The store is given `offered`.
    StoreFixture(const protocol::ObjectParams& whole, const protocol::ObjectParams& offered,
                 std::optional<ByteCount> window = {}, bool digests = true)
        : content(random_content(whole.size, kSeed)), object(whole), partition(object.partition()) {
        auto sink = std::make_unique<MemorySink>(log, object.size, window);
        sink_ = sink.get();
        store =
            std::make_unique<ContentStore>(writer.adopt(std::move(sink)), offered,
                                           digests ? digests_of(kChunk) : protocol::DigestParams{});
    }
    /// A stream of that size, which the store does not know.
    static StoreFixture stream(ByteCount size) {
        auto object = object_of(size);
        object.stream = true;
        auto open = object;
        open.size = open.stream_limit();
        return {object, open};
    }

    MemorySink& sink() { return *sink_; }
    /// As standard output is: in memory, and to be seen there.
    void show_in_place(std::size_t piece_size) {
        sink_->prompt = true;
        sink_->piece_size = piece_size;
    }

    ReceiveJob& job() {
        if (!job_.bytes) job_.bytes = std::make_unique<std::uint8_t[]>(ReceiveJob::kBytes);
        return job_;
    }
    void source(std::uint32_t block, std::uint16_t symbol) {
        const auto offset = partition.offset(block, symbol);
        place({Placement::Kind::source, block, symbol, offset,
               Bytes(content).subspan(offset, partition.symbol_size(block, symbol))});
    }
    void parity(std::uint32_t block, std::uint16_t row) {
        const auto bytes = parity_of(object, content, block, row);
        place({Placement::Kind::parity, block, row, 0, bytes});
    }
    void place(const Placement& placement) {
        if (job().gather(placement)) return;
        REQUIRE(perform());
        REQUIRE(job().gather(placement));
    }
    void all_but(std::vector<std::pair<std::uint32_t, std::uint16_t>> lost) {
        for (std::uint32_t b = 0; b < partition.block_count(); ++b) {
            for (std::uint16_t s = 0; s < partition.block_length(b); ++s) {
                if (std::ranges::find(lost, std::pair{b, s}) == lost.end()) source(b, s);
            }
        }
    }
    void order(Order order) { job().add(std::move(order)); }
    void verify(std::uint32_t chunk) {
        Order order{.kind = Order::Kind::verify};
        order.chunk = chunk;
        const auto digest = digest_of_chunk(chunk);
        order.digest.assign(digest.span().begin(), digest.span().end());
        this->order(std::move(order));
    }
    storage::Digest digest_of_chunk(std::uint32_t chunk) const {
        const auto begin = std::size_t{chunk} * kChunk;
        const auto size = std::min<std::size_t>(kChunk, content.size() - begin);
        return storage::digest_of(DigestAlgorithm::xxh3_128, Bytes(content).subspan(begin, size));
    }
    [[nodiscard]] Result<void> perform() {
        StoreOutcome outcome;
        auto done = store->perform(job_, outcome);
        job_.clear();
        results.insert(results.end(), outcome.verdicts.begin(), outcome.verdicts.end());
        for (const auto& task : outcome.tasks) results.push_back(writer.run(task).value());
        return done;
    }

    std::vector<std::uint8_t> content;
    protocol::ObjectParams object;
    fec::BlockPartition partition;
    SinkLog log;
    OutputWriter writer;
    std::unique_ptr<ContentStore> store;
    std::vector<WorkResult> results;

  private:
    MemorySink* sink_ = nullptr;
    ReceiveJob job_;
};

inline Order decode(std::uint32_t block, std::vector<std::uint16_t> missing,
                    std::vector<std::uint16_t> parity) {
    Order order{.kind = Order::Kind::decode};
    order.block = block;
    order.missing = std::move(missing);
    order.parity = std::move(parity);
    return order;
}

inline Order release(ByteCount offset) {
    Order order{.kind = Order::Kind::release};
    order.offset = offset;
    return order;
}

}  // namespace mcast::session::test
