// SPDX-License-Identifier: MIT
#include "session/send/source_pages.hpp"

#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;

namespace {

constexpr ByteCount kStep = SourcePages::kStep;
constexpr ByteCount kKeep = SourcePages::kKeepBehind;
using Ranges = std::vector<std::pair<ByteCount, ByteCount>>;

/// A source that only writes down the hints, as offset and length.
class HintedSource final : public storage::Source {
  public:
    explicit HintedSource(ByteCount size) : size_(size) {}

    ByteCount size() const override { return size_; }
    ByteCount stored() const override { return size_; }
    Bytes view(ByteCount) const override { return {}; }
    void read(ByteCount, MutableBytes) const override {}
    void will_need(ByteCount offset, ByteCount length) override {
        needed.emplace_back(offset, length);
    }
    void done_with(ByteCount offset, ByteCount length) override {
        dropped.emplace_back(offset, length);
    }
    Result<Stamp> check() override { return Stamp{}; }
    Error changed() const override { return {}; }

    Ranges needed;
    Ranges dropped;

  private:
    ByteCount size_;
};

}  // namespace

TEST_CASE("content is asked for two steps ahead, each part once", "[session]") {
    HintedSource source(100 * kStep);
    SourcePages pages(source);
    pages.read_ahead(0);
    CHECK(source.needed == Ranges{{0, kStep}, {kStep, kStep}});
    pages.read_ahead(0);
    CHECK(source.needed.size() == 2);
    pages.read_ahead(1);
    CHECK(source.needed.back() == std::pair{2 * kStep, kStep});
    CHECK(source.needed.size() == 3);
}

TEST_CASE("nothing is asked for behind the end", "[session]") {
    HintedSource source(kStep + 5);
    SourcePages pages(source);
    pages.read_ahead(0);
    pages.read_ahead(kStep + 5);
    CHECK(source.needed == Ranges{{0, kStep}, {kStep, 5}});
}

TEST_CASE("content is dropped by steps, but not what repairs may refer to", "[session]") {
    HintedSource source(100 * kStep);
    SourcePages pages(source);
    pages.drop_behind(kKeep + kStep - 1);
    CHECK(source.dropped.empty());
    pages.drop_behind(kKeep + kStep);
    CHECK(source.dropped == Ranges{{0, kStep}});
    pages.drop_behind(kKeep + kStep);
    CHECK(source.dropped.size() == 1);
    pages.drop_behind(kKeep + 3 * kStep);
    CHECK(source.dropped == Ranges{{0, kStep}, {kStep, kStep}, {2 * kStep, kStep}});
}

TEST_CASE("content that is read again is dropped again if it had been", "[session]") {
    HintedSource source(100 * kStep);
    SourcePages pages(source);
    pages.drop_behind(kKeep + kStep);
    source.dropped.clear();
    pages.read_again(kStep - 10, 11);
    CHECK(source.dropped.empty());
    pages.read_again(kStep - 10, 10);
    CHECK(source.dropped == Ranges{{kStep - 10, 10}});
}
