// SPDX-License-Identifier: MIT
#include "session/receive/offer_objection.hpp"

#include "support/catch.hpp"
#include "unit/storage/temp_folder.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace mcast::test;
using Catch::Contains;

namespace {

std::string objection(const std::string& offered, const std::string& output,
                      const std::string& wanted = {}) {
    protocol::OfferInfo offer;
    offer.name = offered;
    ReceiveOptions options;
    options.output = output;
    options.name = wanted;
    return offer_objection(offer, options);
}

}  // namespace

TEST_CASE("an ordinary name is taken into a folder", "[session]") {
    CHECK(objection("image.raw", "/srv/").empty());
    CHECK(objection("image.raw", "/no/such/folder/").empty());
}

TEST_CASE("a name that is none for a file in a folder is passed over", "[session]") {
    CHECK_THAT(objection("../passwd", "/no/such/folder/"),
               Contains("'/'") && Contains("--output with a file's name would take it"));
    // It was asked for, but cannot be.
    CHECK_FALSE(objection("../passwd", "/srv/", "../passwd").empty());
}

TEST_CASE("a name that nobody asked for must not be hidden", "[session]") {
    CHECK_THAT(objection(".profile", "/srv/"), Contains("dot") && Contains("--session"));
    CHECK(objection(".profile", "/srv/", ".profile").empty());
}

TEST_CASE("any name is taken into a file whose name is given here", "[session]") {
    const TempFolder folder;
    CHECK(objection("../passwd", folder.path() + "/image.raw").empty());
    CHECK(objection(".profile", "-").empty());
    // A folder that exists is one without the slash, too.
    CHECK_FALSE(objection(".profile", folder.path()).empty());
}

TEST_CASE("a command gets no name that would be bad for a file, unless it was asked for",
          "[session]") {
    const auto objection_to = [](const std::string& offered, const std::string& wanted) {
        protocol::OfferInfo offer;
        offer.name = offered;
        ReceiveOptions options;
        options.exec = "cat";
        options.name = wanted;
        return offer_objection(offer, options);
    };
    CHECK(objection_to("image.raw", "").empty());
    CHECK_THAT(objection_to("../passwd", ""),
               Contains("'/'") && Contains("--session would take it"));
    CHECK_THAT(objection_to("-rf", ""), Contains("--session would take it"));
    CHECK(objection_to("../passwd", "../passwd").empty());
}
