namespace Skyline.Rpm.Tests.Versions;

public sealed class NevraTests
{
    [Theory]
    [InlineData("hello-2.12.1-1.fc44.x86_64", "hello", 0, "2.12.1", "1.fc44", "x86_64")]
    [InlineData("hello-1:2.12.1-1.fc44.x86_64", "hello", 1, "2.12.1", "1.fc44", "x86_64")]
    [InlineData("perl-Text-Tabs+Wrap-2023.0511-1.noarch.rpm", "perl-Text-Tabs+Wrap", 0, "2023.0511", "1", "noarch")]
    [InlineData("a-b-c-1.0~rc1-0.1^git5.src.rpm", "a-b-c", 0, "1.0~rc1", "0.1^git5", "src")]
    public void Names_are_taken_apart(string text, string name, int epoch, string version, string release, string arch) =>
        Assert.Equal(new Nevra(name, epoch, version, release, arch), Nevra.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("hello.x86_64")]
    [InlineData("hello-1.x86_64")]
    [InlineData("-1-1.x86_64")]
    [InlineData("hello-1-.x86_64")]
    [InlineData("hello--1.x86_64")]
    [InlineData("hello-x:1-1.x86_64")]
    [InlineData("../hello-1-1.x86_64.rpm")]
    public void What_is_no_name_is_refused(string text) => Assert.Throws<FormatException>(() => Nevra.Parse(text));

    [Fact]
    public void A_name_reads_back_as_it_was_written()
    {
        var nevra = new Nevra("libfoo-devel", 2, "1.0", "3.tos1", "aarch64");
        Assert.Equal(nevra, Nevra.Parse(nevra.ToString()));
        Assert.Equal(nevra with { Epoch = 0 }, Nevra.Parse(nevra.FileName));
        Assert.Equal("libfoo-devel-1.0-3.tos1.aarch64.rpm", nevra.FileName);
    }
}
