namespace Skyline.Builder.Tests.Mock;

/// <summary>An agent that has mock, given runs of mock's chroots.</summary>
public sealed class InMock(MockImage image) : AgentFixture("docker")
{
    private protected override async Task<RunningAgent> StartAgent()
    {
        var name = await image.Name();
        var agent = await RunningAgent.Start("docker", options => options with { MockImage = name });
        agent.Server.Always = lease => lease with { Buildroot = lease.Buildroot with { Engine = "mock" } };
        return agent;
    }
}
