// SPDX-License-Identifier: MIT
#include "protocol/send/stream_headers.hpp"

#include <array>

#include "base/rng.hpp"
#include "datagrams.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;

namespace {

constexpr std::size_t kHeader = wire::StreamHeader::kSize;
constexpr std::size_t kSymbol = kHeader + 1000;

using Header = std::array<std::uint8_t, kHeader>;

struct Written {
    explicit Written(std::optional<ByteCount> size = {})
        : object(stream_of_tens(size)), partition(object.partition()) {}
    Header of(std::uint32_t block, std::uint16_t symbol, bool parity = false) {
        Header header{};
        headers.write(partition, {block, symbol, parity, 1000}, header);
        return header;
    }
    ObjectParams object;
    fec::BlockPartition partition;
    StreamHeaders headers{object};
};

Header end_header(ByteCount size) {
    Header header{};
    for (std::size_t i = 0; i < 4; ++i)
        header[7 - i] = static_cast<std::uint8_t>(size >> 8 * i & 0xffU);
    return header;
}

}  // namespace

TEST_CASE("the first symbol behind the end is the end, at its place modulo 2^32",
          "[protocol][stream_headers][stream]") {
    const Written ended(12'500);
    Header header{};
    StreamHeaders::end_of(ended.partition).serialize(header);
    CHECK(header == end_header(12'500));
    CHECK(header == Header{0, 0, 0, 0, 0, 0, 0x30, 0xd4});
    StreamHeaders::end_of(Written(5'000'000'000).partition).serialize(header);
    CHECK(header == Header{0, 0, 0, 0, 0x2a, 0x05, 0xf2, 0x00});
}

TEST_CASE("a symbol's header tells its length and place, and the first that a message begins",
          "[protocol][stream_headers][stream]") {
    Written open;
    CHECK(open.of(0, 0) == Header{0x03, 0xe8, 0, 1, 0, 0, 0, 0});
    CHECK(open.of(0, 1) == Header{0x03, 0xe8, 0, 0, 0, 0, 0x03, 0xe8});
    CHECK(open.of(1, 0) == Header{0x03, 0xe8, 0, 0, 0, 0, 0x27, 0x10});
    CHECK(open.of(429'496, 7) == Header{0x03, 0xe8, 0, 0, 0xff, 0xff, 0xfe, 0xd8});
    Written ended(12'500);
    CHECK(ended.of(1, 2) == Header{0x01, 0xf4, 0, 0, 0, 0, 0x2e, 0xe0});
}

TEST_CASE("a place beyond 4 GiB is told modulo 2^32", "[protocol][stream_headers][stream]") {
    Written open;
    // 5'000'000'000 - 2^32 = 0x2a05f200
    CHECK(open.of(500'000, 0) == Header{0x03, 0xe8, 0, 0, 0x2a, 0x05, 0xf2, 0x00});
}

TEST_CASE("the parity of headers is that of the code over whole symbols",
          "[protocol][stream_headers][stream]") {
    const auto size = GENERATE(as<ByteCount>{}, 20'000, 23'500, 24'000, 10'001);
    CAPTURE(size);
    Written written(size);
    Rng rng(1);
    for (std::uint32_t block = 0; block < written.partition.block_count(); ++block) {
        std::vector<Buffer> symbols(10, Buffer(kSymbol, 0));
        std::vector<const std::uint8_t*> sources;
        for (std::uint16_t s = 0; s < 10; ++s) {
            Buffer& symbol = symbols[s];
            if (s < written.partition.block_length(block)) {
                std::ranges::copy(written.of(block, s), symbol.begin());
                for (std::size_t i = 0; i < written.partition.symbol_size(block, s); ++i)
                    symbol[kHeader + i] = static_cast<std::uint8_t>(rng.below(256));
            } else if (s == written.partition.block_length(block)) {
                std::ranges::copy(end_header(size), symbol.begin());
            } else {
                symbol[3] = 1;  // it fills the block up: of no length, and begins a message
            }
            sources.push_back(symbol.data());
        }
        const fec::BlockCodec codec(10, 10);
        for (std::uint16_t p = 0; p < 10; ++p) {
            Buffer whole(kSymbol, 0);
            std::array<std::uint8_t*, 1> rows{whole.data()};
            codec.encode(sources, kSymbol, p, rows);
            Header expected{};
            std::copy_n(whole.begin(), kHeader, expected.begin());
            CHECK(written.of(block, p, true) == expected);
        }
    }
}

TEST_CASE("the parity of a block follows the end that has become known",
          "[protocol][stream_headers][stream]") {
    Written written;
    const auto before = written.of(1, 0, true);
    written.partition = stream_of_tens(12'500).partition();
    const auto after = written.of(1, 0, true);
    CHECK(after != before);
    CHECK(after == Written(12'500).of(1, 0, true));
}
