// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <limits>
#include <utility>
#include <vector>

#include "storage/source.hpp"

namespace mcast::test {

/// A source in memory, that a test may change. With `piece` its content lies in pieces of so many
/// bytes, every other of which has to be read.
class MemorySource final : public storage::Source {
  public:
    explicit MemorySource(std::vector<std::uint8_t> bytes, std::size_t piece = 0)
        : content(std::move(bytes)), piece_(piece) {}

    ByteCount size() const override { return content.size(); }
    ByteCount stored() const override { return content.size(); }
    Bytes view(ByteCount offset) const override {
        const Bytes rest = Bytes(content).subspan(std::min<ByteCount>(offset, content.size()));
        if (piece_ == 0) return rest;
        if (offset / piece_ % 2 == 1) return {};
        return rest.first(std::min(rest.size(), piece_ - offset % piece_));
    }
    void read(ByteCount offset, MutableBytes out) const override {
        std::ranges::copy(Bytes(content).subspan(offset, out.size()), out.begin());
    }
    ByteCount zeros_end(ByteCount offset) const override {
        return offset >= hole.first && offset < hole.second ? hole.second : offset;
    }
    void will_need(ByteCount, ByteCount) override {}
    void done_with(ByteCount offset, ByteCount length) override {
        dropped = std::max<ByteCount>(dropped, offset + length);
    }
    Result<Stamp> check() override {
        if (cut_short) return fail(ErrorCode::source_changed, "the test changed it");
        return Stamp{touched.load()};
    }
    Error changed() const override { return {ErrorCode::source_changed, 0, "it differs"}; }

    std::vector<std::uint8_t> content;
    std::pair<ByteCount, ByteCount> hole{};  ///< is not read
    std::atomic<bool> cut_short = false;
    std::atomic<int> touched = 0;
    std::atomic<ByteCount> dropped = 0;

  private:
    std::size_t piece_;
};

}  // namespace mcast::test
