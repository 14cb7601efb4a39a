using System.Security.Cryptography;
using System.Text;

namespace Skyline.Rpm.Tests.Content;

public sealed class BuildManifestTests
{
    [Fact]
    public void A_manifest_lists_packages_in_one_order_whatever_order_they_came_in()
    {
        var (a, b) = (("aa11", "hello-1-1.x86_64.rpm"), ("bb22", "hello-debuginfo-1-1.x86_64.rpm"));
        var text = BuildManifest.Text("key", [b, a]);
        Assert.Equal("skyline-manifest/1\njob key\naa11 hello-1-1.x86_64.rpm\nbb22 hello-debuginfo-1-1.x86_64.rpm\n", text);
        Assert.Equal(text, BuildManifest.Text("key", [a, b]));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), BuildManifest.Vote(text));
    }

    [Fact]
    public void Another_package_a_missing_one_or_another_job_is_another_vote()
    {
        var vote = BuildManifest.Vote(BuildManifest.Text("key", [("aa", "a.rpm"), ("bb", "b.rpm")]));
        Assert.NotEqual(vote, BuildManifest.Vote(BuildManifest.Text("key", [("aa", "a.rpm")])));
        Assert.NotEqual(vote, BuildManifest.Vote(BuildManifest.Text("key", [("aa", "a.rpm"), ("bc", "b.rpm")])));
        Assert.NotEqual(vote, BuildManifest.Vote(BuildManifest.Text("other", [("aa", "a.rpm"), ("bb", "b.rpm")])));
    }

    [Theory]
    [InlineData("a.rpm\nbb b.rpm")]
    [InlineData("a b.rpm")]
    [InlineData("")]
    public void A_name_that_could_pose_as_another_line_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => BuildManifest.Text("key", [("aa", name)]));

    [Fact]
    public void A_job_is_told_by_its_inputs() =>
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("skyline-job/1\nsrpm\nlock\nconfig\nx86_64\n"u8)), BuildManifest.JobKey("srpm", "lock", "config", "x86_64"));

    [Fact]
    public void A_job_with_options_is_another_than_the_same_without()
    {
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("skyline-job/1\nsrpm\nlock\nconfig\nx86_64\noptions 0f\n"u8)), BuildManifest.JobKey("srpm", "lock", "config", "x86_64", "0f"));
        Assert.Throws<ArgumentException>(() => BuildManifest.JobKey("srpm", "lock", "config", "x86_64", "0f\noptions 1f"));
    }
}
