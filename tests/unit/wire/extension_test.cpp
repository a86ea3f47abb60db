// SPDX-License-Identifier: MIT
#include "wire/norm/extension.hpp"

#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::wire;
using namespace mcast::wire::test;

namespace {

const std::string kFti = "40 03 00 00 00 00 07 62 00 20 14 04";
const std::string kFti129 = "40 04 00 00 00 00 07 62 00 00 00 20 00 14 00 04";
constexpr Fti kCut{.object_size = 1890, .segment_size = 32, .block_size = 20, .parity = 4};

/// INFO of FEC id 5 with these extensions and the payload "x".
Buffer info_with(const std::string& extensions) {
    Buffer bytes = from_hex("11 04 00 02 ee 6b 28 00 00 4d 56 00 14 05 00 00" + extensions + "78");
    bytes[1] = static_cast<std::uint8_t>((bytes.size() - 1) / 4);
    return bytes;
}

std::string fti_error(const std::string& fti, FecId fec_id) {
    const Buffer bytes = from_hex(fti);
    return error_of(find_fti(bytes, fec_id));
}

}  // namespace

TEST_CASE("an extension of length 0 is refused, wherever it stands", "[wire][5740-4.1]") {
    CHECK(error_of(parse(info_with("41 00 00 00"))) == "extension_length");
    CHECK(error_of(parse(info_with(kFti + "41 00 00 00"))) == "extension_length");
    CHECK(error_of(parse(info_with("40 00 00 00" + kFti))) == "extension_length");
}

TEST_CASE("an extension that reaches past the header is refused", "[wire][5740-4.1]") {
    CHECK(error_of(parse(info_with("41 02 00 00"))) == "extension_length");
    CHECK(error_of(parse(info_with(kFti + "41 ff 00 00"))) == "extension_length");
}

TEST_CASE("extensions of unknown types are skipped before and after those we read", "[wire]") {
    const std::string fixed = "c8 01 02 03";
    const std::string variable = "64 02 01 02 03 04 05 06";
    for (const auto& extensions :
         {fixed + kFti, kFti + fixed, variable + kFti, kFti + variable, variable + fixed + kFti}) {
        const Buffer bytes = info_with(extensions);
        const Info info = again<Info>(bytes);
        CHECK(info.fti == kCut);
        CHECK(info.payload.size() == 1);
    }
    const Buffer without = info_with(fixed);
    CHECK_FALSE(again<Info>(without).fti);
}

TEST_CASE("of two extensions of a type the first counts", "[wire]") {
    const Buffer bytes = info_with(kFti + "40 03 00 00 00 00 00 01 00 01 01 01");
    CHECK(again<Info>(bytes).fti == kCut);
}

TEST_CASE("EXT_FTI has the length that its FEC id gives it", "[wire][5510]") {
    CHECK(fti_error(kFti, FecId::rs8) == "none");
    CHECK(fti_error(kFti, FecId::small_block) == "extension_length");
    CHECK(fti_error(kFti129, FecId::small_block) == "none");
    CHECK(fti_error(kFti129, FecId::rs8) == "extension_length");
    CHECK(fti_error("40 02 00 00 00 00 07 62", FecId::rs8) == "extension_length");
}

TEST_CASE("sizes that no object has are refused", "[wire][5510]") {
    CHECK(fti_error("40 03 00 00 00 00 07 62 00 00 14 04", FecId::rs8) == "bad_fti");
    CHECK(fti_error("40 03 00 00 00 00 07 62 00 20 00 04", FecId::rs8) == "bad_fti");
    CHECK(fti_error("40 03 00 00 00 00 07 62 00 20 fb 04", FecId::rs8) == "none");
    CHECK(fti_error("40 03 00 00 00 00 07 62 00 20 fc 04", FecId::rs8) == "bad_fti");
    CHECK(fti_error("40 04 00 00 00 00 07 62 00 00 00 20 ff ff 00 04", FecId::small_block) ==
          "bad_fti");
}

TEST_CASE("an object must not have more blocks than its payload ids can name", "[wire][5510]") {
    const std::uint64_t most = std::uint64_t{1} << 24;
    CHECK(is_valid({.object_size = most, .segment_size = 1, .block_size = 1}, FecId::rs8));
    CHECK_FALSE(
        is_valid({.object_size = most + 1, .segment_size = 1, .block_size = 1}, FecId::rs8));
    CHECK(is_valid({.object_size = most + 1, .segment_size = 1, .block_size = 1},
                   FecId::small_block));
    CHECK_FALSE(is_valid({.object_size = kMaxObjectSize, .segment_size = 1, .block_size = 1},
                         FecId::small_block));
    CHECK(is_valid({.object_size = 0, .segment_size = 1, .block_size = 1}, FecId::rs8));
    CHECK_FALSE(
        is_valid({.object_size = kMaxObjectSize + 1, .segment_size = 1400, .block_size = 200},
                 FecId::small_block));
}

TEST_CASE("EXT_CC of another length is refused", "[wire][5740-4.3.1]") {
    const Buffer shorter = from_hex("03 02 00 00 00 00 00 00");
    CHECK(error_of(find_cc(shorter)) == "extension_length");
    const Buffer longer = from_hex("03 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
    CHECK(error_of(find_cc(longer)) == "extension_length");
}
