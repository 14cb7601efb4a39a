using Skyline.Cli.Chains;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.Builds;

public sealed class ChainPlanTests
{
    [Fact]
    public void A_plan_says_what_is_foreseen_and_who_has_the_rest()
    {
        ChainMember Member(string name, params ChainNeed[] needs) => new($"{name}-1-1", name, "", false, null, needs);
        var plan = new ChainPlan("mine", false, true, [new(1, [Member("libpng")]), new(2, [Member("pngstamp", new ChainNeed("libpng-1-1", false, "pkgconfig(libpng)", "libpng-devel", "libpng*.pc in its %files"), new("libpng-1-1", false, "libpng >= 1", "libpng"))])], [],
            ["pngstamp needs gone, and nobody has it."], [new("gcc", ChainInputFrom.External, "fedora", "gcc-14-1.x86_64", null, ["libpng"]), new("make", ChainInputFrom.External, "fedora", "make-4-1.x86_64", null, ["libpng"]), new("own", ChainInputFrom.Tag, "mine", "own", null, ["libpng"])]);
        var to = new StringWriter { NewLine = "\n" };
        ShowPlan.Write(to, plan);

        Assert.Equal("""
            Link 1
              libpng-1-1
            Link 2
              pngstamp-1-1
                after libpng-1-1: libpng-devel is foreseen to provide pkgconfig(libpng) (libpng*.pc in its %files), libpng >= 1
            External repository fedora has gcc, make
            Tag mine has own
            Note: pngstamp needs gone, and nobody has it.

            """, to.ToString());
    }
}
