namespace Skyline.Server.Shell;

/// <summary>What this appliance is called by who set it up; pages, mail and feeds say it.</summary>
public sealed class InstanceName(SkylineSettings settings)
{
    public string Name => settings.Name;
}
